import type { ProblemCode } from '../../problems/problem-codes.ts';
import { fieldsOf, ref } from './component-schemas.ts';
import { operation, pathParameter, queryParameter, returns } from './parts.ts';
import { anyCredentials } from './security.ts';

const common = { tags: ['callbacks'], security: anyCredentials };
const page = returns('A page of callbacks, the newest first', ref('CallbackPage'));

const byId = {
  tags: ['callbacks'],
  parameters: [
    pathParameter('id', 'The id of the callback', { type: 'string', pattern: '^cb_[0-9a-f]{32}$' }),
  ],
  security: anyCredentials,
};
const callback = returns('The callback', ref('Callback'));
const undecided = returns(
  'The runner of the line was asked to hang up. The end of the callback is not yet recorded',
  ref('Callback'),
);

const CONTROL_PROBLEMS: readonly ProblemCode[] = [
  'callback-not-found',
  'callback-ended',
  'pbx-login-refused',
  'pbx-permission',
  'pbx-refused',
  'pbx-not-ajam',
  'pbx-unreachable',
  // Asterisk may have executed the action, although it did not answer.
  'pbx-no-answer',
];

export const callbackPaths = {
  'GET /callbacks': operation({
    operationId: 'listCallbacks',
    summary: 'List callbacks',
    description:
      'Shows callbacks of the routes that the key may use. A callback may appear a second late. A page may hold ' +
      'fewer callbacks than `limit` although `cursor` is set. No PBX is asked.',
    ...common,
    parameters: Object.entries(fieldsOf('ListRequest')).map(([name, schema]) => queryParameter(name, schema)),
    responses: { 200: page },
    problems: ['request-invalid'],
  }),
  'POST /callbacks/search': operation({
    operationId: 'searchCallbacks',
    summary: 'Find the callbacks of a number',
    description: 'Returns callbacks as the list does. The number is in the body, because URLs are logged.',
    ...common,
    body: 'SearchRequest',
    responses: { 200: page },
    problems: ['request-invalid', 'number-invalid'],
  }),
  'GET /callbacks/{id}': operation({
    operationId: 'showCallback',
    summary: 'Show a callback',
    description: 'Asks Asterisk while the call lives, and returns the record afterwards.',
    ...byId,
    responses: { 200: callback },
    problems: ['callback-not-found'],
  }),
  'DELETE /callbacks/{id}': operation({
    operationId: 'endCallback',
    summary: 'End a callback',
    description:
      'Cancels a callback that waits in a line or rings. Hangs up a call in which the parties talk. A repeated request ' +
      'returns the callback again.',
    ...byId,
    responses: { 200: callback, 202: undecided },
    problems: CONTROL_PROBLEMS,
  }),
  'POST /callbacks/{id}/dtmf': operation({
    operationId: 'playDigits',
    summary: 'Send digits to the customer',
    description: 'Both parties must have answered.',
    ...byId,
    body: 'DigitsRequest',
    responses: { 200: callback },
    problems: [...CONTROL_PROBLEMS, 'request-invalid', 'call-not-connected'],
  }),
};

export const doNotCallPath = {
  'POST /do-not-call': operation({
    operationId: 'addDoNotCall',
    summary: 'Add a number to the do-not-call list',
    description:
      'After this request, no route may call the number. A number that is added again gets the new `until`. Needs the ' +
      'scope `control`, and `doNotCallSecret` in the settings.',
    ...common,
    body: 'DoNotCallRequest',
    responses: { 200: returns('The number is on the list', ref('DoNotCallEntry')) },
    problems: ['request-invalid', 'number-invalid'],
  }),
};
