import { callbackSchemas } from './openapi/callback.ts';
import { credentials } from './openapi/credentials.ts';
import { livePaths } from './openapi/live.ts';
import { CALLBACK_PROBLEMS, problemResponses, problemSchema } from './openapi/problems.ts';
import { requestProperties, requestSchema } from './openapi/request.ts';
import { webhookPath } from './openapi/webhook.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ 'application/json': { schema } });

const placed = {
  description: 'The order was taken; `status` says how far the call is.',
  headers: {
    Location: { description: 'Where the callback can be asked for.', schema: { type: 'string' } },
    'Idempotent-Replayed': {
      description: '`true` when nothing rang for this request, because its key had been sent before.',
      schema: { type: 'string', const: 'true' },
    },
  },
  content: json(ref('Callback')),
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Repeats of a request with the same key ring no phone again.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
};

const queryParameters = Object.entries(requestProperties)
  .filter(([name]) => !['to', 'agent', 'variables', 'metadata'].includes(name))
  .map(([name, schema]) => ({ name, in: 'query', schema }));

const maps = (['variables', 'metadata'] as const).map((name) => ({
  name,
  in: 'query',
  description: `As ${name}[NAME]=value`,
  style: 'deepObject',
  schema: requestProperties[name],
}));

/** What `GET /openapi.json` answers: every HTTP door, in OpenAPI 3.1. */
export const openApi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'asterisk-callback',
    version: '1',
    description: 'One HTTPS hit makes a phone ring and connects it to a customer.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '.' }],
  security: [{ bearer: [] }, { iam: [] }],
  paths: {
    '/callbacks': {
      post: {
        operationId: 'placeCallback',
        summary: 'Place a callback',
        parameters: [idempotencyKey],
        requestBody: {
          required: true,
          content: {
            ...json(ref('CallbackRequest')),
            'application/x-www-form-urlencoded': {
              schema: ref('CallbackRequest'),
              encoding: {
                variables: { style: 'deepObject', explode: true },
                metadata: { style: 'deepObject', explode: true },
              },
            },
          },
        },
        responses: { 201: placed, ...problemResponses(CALLBACK_PROBLEMS) },
      },
    },
    '/callback': {
      get: {
        operationId: 'placeCallbackFromLink',
        summary: 'Place a callback from a link, or from a classic URL',
        description:
          'HEAD and prefetch requests are answered 204 and never dial. `to` and `agent` may be sent for `num` and `cid`. Without `Idempotency-Key`, the same link again within 15 seconds, or while its call lives, is the same call.',
        security: [
          { signature: [], signatureKey: [], signatureExpiry: [] },
          { token: [] },
          { bearer: [] },
          { iam: [] },
        ],
        parameters: [
          { name: 'num', in: 'query', required: true, schema: requestProperties.to },
          { name: 'cid', in: 'query', schema: requestProperties.agent },
          { name: 'c', in: 'query', description: 'Must be listed by the route.', schema: { type: 'string' } },
          { name: 'p', in: 'query', description: 'Must be listed by the route.', schema: { type: 'string' } },
          ...queryParameters,
          ...maps,
          idempotencyKey,
        ],
        responses: {
          201: placed,
          204: { description: 'A request that looks ahead: nothing was dialled.' },
          ...problemResponses(CALLBACK_PROBLEMS.filter((code) => !OF_BODIES.includes(code))),
        },
      },
    },
    ...livePaths(),
    ...webhookPath(placed),
    '/health': {
      get: {
        operationId: 'health',
        summary: 'Whether the function runs; touches nothing else',
        security: [],
        responses: {
          200: {
            description: 'It runs.',
            content: json({
              type: 'object',
              properties: { status: { const: 'ok' } },
              required: ['status'],
              additionalProperties: false,
            }),
          },
          ...problemResponses(['method-not-allowed', 'internal-error']),
        },
      },
    },
    '/problems/{code}': {
      get: {
        operationId: 'showProblem',
        summary: 'What a problem means and what to do about it',
        security: [],
        parameters: [{ name: 'code', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: { description: 'As data, or as a page for browsers.', content: json({ type: 'object' }) },
          ...problemResponses(['not-found', 'method-not-allowed', 'internal-error']),
        },
      },
    },
    '/openapi.json': {
      get: {
        operationId: 'openApi',
        summary: 'This description; 401 as long as no key is configured',
        security: [],
        responses: {
          200: { description: 'OpenAPI 3.1', content: json({ type: 'object' }) },
          ...problemResponses([
            'credentials-missing',
            'method-not-allowed',
            'internal-error',
            'settings-invalid',
            'settings-unreachable',
          ]),
        },
      },
    },
  },
  components: {
    securitySchemes: credentials,
    schemas: { CallbackRequest: requestSchema, ...callbackSchemas, Problem: problemSchema },
  },
});

const OF_BODIES: readonly string[] = ['body-too-large', 'content-type-unsupported'];
