import type { Properties, Schema } from './component-schemas.ts';
import {
  alreadyOpen,
  anyCredentials,
  callbackAccepted,
  callbackPlaced,
  htmlContent,
  idempotencyKey,
  requestBody,
} from './parts.ts';
import { BODY_PROBLEMS, CALLBACK_PROBLEMS, problemResponses } from './problem-responses.ts';

const NESTED = { style: 'deepObject', explode: true };
const OF_LINKS = CALLBACK_PROBLEMS.filter((code) => !BODY_PROBLEMS.includes(code));

/** Browsers get the response to a link as a page. */
const withPage = (response: typeof callbackPlaced) => ({
  ...response,
  content: { ...response.content, ...htmlContent },
});
const placedFromLink = { 201: withPage(callbackPlaced), 202: withPage(callbackAccepted) };
const ALREADY_OPEN_OR_PAGE = {
  ...withPage(alreadyOpen),
  description: `${alreadyOpen.description} Or the route has \`confirmLinks\`: a page asks first, and no callback was placed.`,
};

/** @param fields The fields of a callback request. */
export const placePaths = (fields: Properties) => ({
  '/callbacks': {
    post: {
      operationId: 'placeCallback',
      summary: 'Place a callback',
      description: 'Rings the agent, then connects the customer.',
      tags: ['callbacks'],
      security: anyCredentials,
      parameters: [idempotencyKey],
      requestBody: requestBody('CallbackRequest', { variables: NESTED, metadata: NESTED }),
      responses: {
        200: alreadyOpen,
        201: callbackPlaced,
        202: callbackAccepted,
        ...problemResponses(CALLBACK_PROBLEMS),
      },
    },
  },
  '/callback': {
    get: {
      operationId: 'placeCallbackFromLink',
      summary: 'Place a callback from a link or a classic URL',
      description:
        'HEAD and prefetch requests get 204 and never place a callback. `to` and `agent` may be sent instead of ' +
        '`num` and `cid`. Without `Idempotency-Key`, the same link within 15 seconds, or while its call lives, is a repeat.',
      tags: ['links'],
      security: anyCredentials,
      parameters: [...queryOf(fields), idempotencyKey],
      responses: {
        200: ALREADY_OPEN_OR_PAGE,
        ...placedFromLink,
        204: { description: 'A browser, a chat or a link scanner looks ahead. No callback was placed.' },
        ...problemResponses(OF_LINKS),
      },
    },
    post: {
      operationId: 'confirmLink',
      summary: 'Place a callback from a link that was confirmed',
      description: 'Takes the query of the link, with the signature of the GET, and no body.',
      tags: ['links'],
      security: anyCredentials,
      parameters: [...queryOf(fields), idempotencyKey],
      responses: { 200: withPage(alreadyOpen), ...placedFromLink, ...problemResponses(OF_LINKS) },
    },
  },
});

function queryOf({ to, agent, ...others }: Properties): object[] {
  const text: Schema = { type: 'string', description: 'The route must list it in `classic`' };
  return [
    queryParameter('num', to, { required: true }),
    queryParameter('cid', agent),
    queryParameter('c', text),
    queryParameter('p', text),
    ...Object.entries(others).map(([name, schema]) =>
      queryParameter(name, schema, schema.type === 'object' ? NESTED : {}),
    ),
  ];
}

function queryParameter(name: string, schema: Schema = {}, more: object = {}): object {
  const { description, ...shape } = schema;
  return { name, in: 'query', description, ...more, schema: shape };
}
