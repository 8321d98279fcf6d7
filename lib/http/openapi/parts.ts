import { ref } from './component-schemas.ts';

const text = { type: 'string' };
export const jsonContent = (schema: object) => ({ 'application/json': { schema } });
export const htmlContent = { 'text/html; charset=utf-8': { schema: { type: 'string' } } };
export const formContent = (schema: object, encoding?: object) => ({
  'application/x-www-form-urlencoded': { schema, ...(encoding && { encoding }) },
});

/** Returns a body that is sent as JSON or as a form. */
export const requestBody = (name: Parameters<typeof ref>[0], encoding?: object) => ({
  required: true,
  content: { ...jsonContent(ref(name)), ...formContent(ref(name), encoding) },
});

/** Any one of these admits a request. */
export const anyCredentials = [
  { bearer: [] },
  { iam: [] },
  { signature: [], signatureKey: [], signatureExpiry: [] },
  { token: [] },
];

export const callbackPlaced = {
  description:
    'Asterisk accepted the Originate, or a repeated request got its callback. `status` says how far it is.',
  headers: {
    Location: { description: 'The address of the callback', schema: text },
    'Idempotent-Replayed': {
      description: '`true` if no phone rang for this request, because it repeats an earlier one',
      schema: { type: 'string', const: 'true' },
    },
  },
  content: jsonContent(ref('Callback')),
};

/** A callback that waits in the line of its route. */
export const callbackAccepted = {
  ...callbackPlaced,
  description:
    'The route has a line: the callback was stored, and its runner places it. `status` says how far it is.',
};

export const alreadyOpen = {
  ...callbackPlaced,
  description:
    'The number has an open callback on the line, which is returned. No second one was stored. If the key may not use the route of that callback, its metadata and the names of agents and PBXs are left out.',
  headers: {
    ...callbackPlaced.headers,
    'Already-Open': {
      description: '`true` if the callback was open before this request',
      schema: { type: 'string', const: 'true' },
    },
  },
};

export const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A request with the key of an earlier one rings no phone again',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
};

export const callbackId = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of the callback',
  schema: { type: 'string', pattern: '^cb_[0-9a-f]{32}$' },
};
