import type { ProblemCode } from '../../problems/problems.ts';
import { ref } from './component-schemas.ts';
import { anyCredentials, callbackId, jsonContent, requestBody } from './parts.ts';
import { AUTHORIZED_PROBLEMS, BODY_PROBLEMS, problemResponses } from './problem-responses.ts';

const callback = { description: 'The callback', content: jsonContent(ref('Callback')) };
const undecided = {
  ...callback,
  description:
    'The runner of the line was asked to hang up, and it is not yet decided whether it was in time',
};
const common = { tags: ['callbacks'], parameters: [callbackId], security: anyCredentials };

const STATUS_PROBLEMS: readonly ProblemCode[] = [...AUTHORIZED_PROBLEMS, 'callback-not-found'];

const CONTROL_PROBLEMS: readonly ProblemCode[] = [
  ...STATUS_PROBLEMS,
  'callback-ended',
  'pbx-login-refused',
  'pbx-permission',
  'pbx-refused',
  'pbx-not-ajam',
  'pbx-unreachable',
  // Asterisk may have executed the action, although it did not answer.
  'pbx-no-answer',
];

const DIGIT_PROBLEMS: readonly ProblemCode[] = [
  ...CONTROL_PROBLEMS,
  'request-invalid',
  'call-not-connected',
  ...BODY_PROBLEMS,
];

/** The paths that show one callback, end it, and send it digits. */
export const callbackByIdPaths = () => ({
  '/callbacks/{id}': {
    get: {
      operationId: 'showCallback',
      summary: 'Show a callback',
      description: 'Asks Asterisk while the call lives, and returns the record afterwards.',
      ...common,
      responses: { 200: callback, ...problemResponses(STATUS_PROBLEMS) },
    },
    delete: {
      operationId: 'endCallback',
      summary: 'End a callback',
      description:
        'Cancels a callback that waits in a line or rings, and hangs up one that talks. Sent again, it returns the same.',
      ...common,
      responses: { 200: callback, 202: undecided, ...problemResponses(CONTROL_PROBLEMS) },
    },
  },
  '/callbacks/{id}/dtmf': {
    post: {
      operationId: 'playDigits',
      summary: 'Send digits to the customer',
      description: 'Both parties must have answered.',
      ...common,
      requestBody: requestBody('DigitsRequest'),
      responses: { 200: callback, ...problemResponses(DIGIT_PROBLEMS) },
    },
  },
});
