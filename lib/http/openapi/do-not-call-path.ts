import type { ProblemCode } from '../../problems/problems.ts';
import { ref } from './component-schemas.ts';
import { anyCredentials, jsonContent, requestBody } from './parts.ts';
import { AUTHORIZED_PROBLEMS, BODY_PROBLEMS, problemResponses } from './problem-responses.ts';

const PROBLEMS: readonly ProblemCode[] = [
  ...AUTHORIZED_PROBLEMS,
  ...BODY_PROBLEMS,
  'request-invalid',
  'number-invalid',
];

export const doNotCallPath = () => ({
  '/do-not-call': {
    post: {
      operationId: 'addDoNotCall',
      summary: 'Add a number to the do-not-call list',
      description:
        'From then on nobody may call the number, by any route. Added again, it gets the new `until`. Needs the scope ' +
        '`control`, and `doNotCallSecret` in the settings.',
      tags: ['callbacks'],
      security: anyCredentials,
      requestBody: requestBody('DoNotCallRequest'),
      responses: {
        200: { description: 'The number is on the list', content: jsonContent(ref('DoNotCallEntry')) },
        ...problemResponses(PROBLEMS),
      },
    },
  },
});
