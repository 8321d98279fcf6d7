import type { ProblemCode } from '../../problems/problem-codes.ts';
import { fieldsOf, ref, type Schema } from './component-schemas.ts';
import {
  formContent,
  htmlContent,
  jsonContent,
  pathParameter,
  queryParameter,
  requestBody,
} from './parts.ts';
import { BODY_PROBLEMS, CALLBACK_PROBLEMS, problemResponses } from './problem-responses.ts';
import { anyCredentials } from './security.ts';

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A request with the idempotency key of an earlier request rings no phone again',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
};

const flag = (description: string) => ({ description, schema: { type: 'string', const: 'true' } });

const callbackPlaced = {
  description:
    'Asterisk accepted the Originate, or a repeated request got its callback. `status` says how far the callback is.',
  headers: {
    Location: { description: 'The address of the callback', schema: { type: 'string' } },
    'Idempotent-Replayed': flag(
      '`true` if no phone rang for this request, because it repeats an earlier one',
    ),
  },
  content: jsonContent(ref('Callback')),
};

/** A callback that waits in the line of its route. */
const callbackAccepted = {
  ...callbackPlaced,
  description:
    'The route has a line. The callback was stored, and the runner of the line places it. `status` says how far the callback is.',
};

const alreadyOpen = {
  ...callbackPlaced,
  description:
    'The number already has an open callback on the line. This callback is returned, and no second callback was stored. If the key may not use the route of that callback, its metadata and the names of agents and PBXs are left out.',
  headers: {
    ...callbackPlaced.headers,
    'Already-Open': flag('`true` if the callback was open before this request'),
  },
};

/** The responses of success to a request that places a callback. */
const placed = { 200: alreadyOpen, 201: callbackPlaced, 202: callbackAccepted };

const NESTED = { style: 'deepObject', explode: true };
const LINK_PROBLEMS = CALLBACK_PROBLEMS.filter((code) => !BODY_PROBLEMS.includes(code));

/** Browsers get the response to a link as a page. */
const withPage = (response: typeof callbackPlaced) => ({
  ...response,
  content: { ...response.content, ...htmlContent },
});
const placedFromLink = {
  200: withPage(alreadyOpen),
  201: withPage(callbackPlaced),
  202: withPage(callbackAccepted),
};

const { to, agent, ...others } = fieldsOf('CallbackRequest');
const listed: Schema = { type: 'string', description: 'The route must list it in `classic`' };
const fromLink = {
  tags: ['links'],
  security: anyCredentials,
  parameters: [
    queryParameter('num', to, { required: true }),
    queryParameter('cid', agent),
    queryParameter('c', listed),
    queryParameter('p', listed),
    ...Object.entries(others).map(([name, schema]) =>
      queryParameter(name, schema, schema.type === 'object' ? NESTED : {}),
    ),
    idempotencyKey,
  ],
};

export const placePaths = {
  'POST /callbacks': {
    operationId: 'placeCallback',
    summary: 'Place a callback',
    description: 'Rings the agent, then connects the customer.',
    tags: ['callbacks'],
    security: anyCredentials,
    parameters: [idempotencyKey],
    requestBody: requestBody('CallbackRequest', { variables: NESTED, metadata: NESTED }),
    responses: { ...placed, ...problemResponses(CALLBACK_PROBLEMS) },
  },
  'GET /callback': {
    operationId: 'placeCallbackFromLink',
    summary: 'Place a callback from a link, or from a URL of the old callback.php',
    description:
      'HEAD and prefetch requests get 204 and never place a callback. `to` and `agent` may be sent instead of ' +
      '`num` and `cid`. A signed link ignores `Idempotency-Key`. Without this header, and for a signed link, the same link ' +
      'within 15 seconds, or while its call lives, is a repeat.',
    ...fromLink,
    responses: {
      ...placedFromLink,
      200: {
        ...withPage(alreadyOpen),
        description: `${alreadyOpen.description} Or the route has \`confirmLinks\`: a page asks first, and no callback was placed.`,
      },
      204: {
        description: 'A browser, a chat or a link scanner previewed the link. No callback was placed.',
      },
      ...problemResponses(LINK_PROBLEMS),
    },
  },
  'POST /callback': {
    operationId: 'confirmLink',
    summary: 'Place a callback from a link that was confirmed',
    description:
      'Takes the query of the link, with the signature of the GET, and no body. A signed link ignores `Idempotency-Key`.',
    ...fromLink,
    responses: { ...placedFromLink, ...problemResponses(LINK_PROBLEMS) },
  },
};

/** A webhook has no keys, no links and no classic URL. */
const NEVER_IN_WEBHOOKS: readonly ProblemCode[] = [
  'classic-not-allowed',
  'link-expired',
  'route-not-allowed',
  'scope-missing',
  'source-not-allowed',
];
const WEBHOOK_PROBLEMS: readonly ProblemCode[] = [
  ...CALLBACK_PROBLEMS.filter((code) => !NEVER_IN_WEBHOOKS.includes(code)),
  'not-found',
  'event-too-old',
  'map-failed',
  'event-undated',
];

export const webhookPath = {
  'POST /webhooks/{name}': {
    operationId: 'receiveWebhook',
    summary: 'Receive an event of a CRM or another sender',
    description:
      'The settings name the source, which decides how the sender proves its identity and where the fields are. A ' +
      'separate function serves this path. Its address may differ.',
    tags: ['webhooks'],
    parameters: [pathParameter('name', 'The webhook of the settings')],
    security: [],
    requestBody: { content: { ...jsonContent({}), ...formContent({ type: 'object' }) } },
    responses: {
      ...placed,
      204: { description: 'The event requests no callback.' },
      ...problemResponses(WEBHOOK_PROBLEMS),
    },
  },
};
