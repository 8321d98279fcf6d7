import type { ProblemCode } from '../../calls/problems.ts';
import { ref } from './component-schemas.ts';
import { anyCredentials, formContent, jsonContent } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const PROBLEMS: readonly ProblemCode[] = [
  'request-malformed',
  'request-invalid',
  'number-invalid',
  'credentials-missing',
  'credentials-invalid',
  'source-not-allowed',
  'scope-missing',
  'method-not-allowed',
  'link-expired',
  'body-too-large',
  'content-type-unsupported',
  'internal-error',
  'settings-invalid',
  'store-unreachable',
  'settings-unreachable',
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
      requestBody: {
        required: true,
        content: { ...jsonContent(ref('DoNotCallRequest')), ...formContent(ref('DoNotCallRequest')) },
      },
      responses: {
        200: { description: 'The number is on the list', content: jsonContent(ref('DoNotCallEntry')) },
        ...problemResponses(PROBLEMS),
      },
    },
  },
});
