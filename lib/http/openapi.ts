import { callbackPaths, doNotCallPath } from './openapi/callback-paths.ts';
import { componentSchemas } from './openapi/component-schemas.ts';
import { linePaths } from './openapi/line-paths.ts';
import { placePaths, webhookPath } from './openapi/place-paths.ts';
import { publicPaths } from './openapi/public-paths.ts';
import { anyCredentials, securitySchemes } from './openapi/security.ts';

/** The operations by method and path, such as `GET /lines`. */
const operations: Readonly<Record<string, object>> = {
  ...placePaths,
  ...callbackPaths,
  ...linePaths,
  ...doNotCallPath,
  ...webhookPath,
  ...publicPaths,
};

/** Returns the description of the HTTP API, OpenAPI 3.1. The same schemas check the requests. */
export function openApi() {
  const { ListRequest, ...schemas } = componentSchemas;
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = name.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
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
    paths,
    components: { securitySchemes, schemas },
  };
}
