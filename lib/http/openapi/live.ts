import type { ProblemCode } from '../../calls/problems.ts';
import { problemResponses } from './problems.ts';

const json = (schema: object) => ({ 'application/json': { schema } });
const callback = { description: 'The callback', content: json({ $ref: '#/components/schemas/Callback' }) };

const id = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: '^cb_[0-9a-f]{32}$' },
};

const signed = { signature: [], signatureKey: [], signatureExpiry: [] };
const security = [{ bearer: [] }, { iam: [] }, signed, { token: [] }];

/** Whoever asks about a call: credentials, a PBX that cannot be asked or lacks privileges, and a call that is over. */
const LIVE_PROBLEMS: readonly ProblemCode[] = [
  'request-malformed',
  'credentials-missing',
  'credentials-invalid',
  'source-not-allowed',
  'callback-not-found',
  'method-not-allowed',
  'link-expired',
  'internal-error',
  'settings-invalid',
  'pbx-login-refused',
  'pbx-permission',
  'pbx-refused',
  'pbx-not-ajam',
  'pbx-unreachable',
  'settings-unreachable',
];

/** What is begun may have been done, though the PBX does not say so. */
const CONTROL_PROBLEMS: readonly ProblemCode[] = [...LIVE_PROBLEMS, 'pbx-no-answer'];

const DIGIT_PROBLEMS: readonly ProblemCode[] = [
  ...CONTROL_PROBLEMS,
  'request-invalid',
  'call-not-connected',
  'body-too-large',
  'content-type-unsupported',
];

const digits = {
  type: 'object',
  properties: {
    digits: {
      type: 'string',
      pattern: '^[0-9*#A-Dw]{1,32}$',
      description: '`w` waits half a second',
    },
  },
  required: ['digits'],
  additionalProperties: false,
};

/** What can be asked of a call that lives. */
export const livePaths = () => ({
  '/callbacks/{id}': {
    get: {
      operationId: 'showCallback',
      summary: 'The call as Asterisk knows it now',
      parameters: [id],
      security,
      responses: { 200: callback, ...problemResponses(LIVE_PROBLEMS) },
    },
    delete: {
      operationId: 'endCallback',
      summary: 'Cancel or hang up',
      parameters: [id],
      security,
      responses: { 200: callback, ...problemResponses(CONTROL_PROBLEMS) },
    },
  },
  '/callbacks/{id}/dtmf': {
    post: {
      operationId: 'playDigits',
      summary: 'Send digits to the customer, once both have answered',
      parameters: [id],
      security,
      requestBody: {
        required: true,
        content: { ...json(digits), 'application/x-www-form-urlencoded': { schema: digits } },
      },
      responses: { 200: callback, ...problemResponses(DIGIT_PROBLEMS) },
    },
  },
});
