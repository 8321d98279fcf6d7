import { callbackByIdPaths, doNotCallPath, listPaths } from './openapi/callback-paths.ts';
import { componentSchemas, fieldsOf } from './openapi/component-schemas.ts';
import { linePaths } from './openapi/line-paths.ts';
import { placePaths, webhookPath } from './openapi/place-paths.ts';
import { publicPaths } from './openapi/public-paths.ts';
import { anyCredentials, securitySchemes } from './openapi/security.ts';

/** Returns the description of the HTTP API, OpenAPI 3.1. The same schemas check the requests. */
export function openApi() {
  const { ListRequest, ...schemas } = componentSchemas();
  const placing = placePaths(fieldsOf(schemas['CallbackRequest']));
  const listing = listPaths(fieldsOf(ListRequest));
  return {
    openapi: '3.1.0',
    info: {
      title: 'asterisk-callback',
      version: '1',
      description: 'Click-to-call for Asterisk: a request rings the agent, then Asterisk dials the customer.',
      contact: { name: 'The owner of this service' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '.' }],
    security: anyCredentials,
    tags: [
      { name: 'callbacks', description: 'Place and control callbacks' },
      { name: 'lines', description: 'Queues of callbacks, and the agents that they ring' },
      { name: 'links', description: 'Signed links, and URLs of the old callback.php' },
      { name: 'webhooks', description: 'Events of CRMs' },
      { name: 'service', description: 'About this service' },
    ],
    paths: {
      ...placing,
      ...listing,
      '/callbacks': { ...placing['/callbacks'], ...listing['/callbacks'] },
      ...callbackByIdPaths(),
      ...linePaths(),
      ...doNotCallPath(),
      ...webhookPath(),
      ...publicPaths(),
    },
    components: { securitySchemes, schemas },
  };
}
