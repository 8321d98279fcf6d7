import { ref } from './component-schemas.ts';
import { htmlContent, jsonContent, pathParameter, returns } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const open = { tags: ['service'], security: [] };

/** Addresses that need no credentials. */
export const publicPaths = () => ({
  '/health': {
    get: {
      operationId: 'health',
      summary: 'Check that the function runs',
      description: 'Reads neither the settings nor the PBX.',
      ...open,
      responses: {
        200: returns('The function runs.', {
          type: 'object',
          properties: { status: { type: 'string', const: 'ok' } },
          required: ['status'],
          additionalProperties: false,
        }),
        ...problemResponses(['method-not-allowed', 'internal-error']),
      },
    },
  },
  '/problems/{code}': {
    get: {
      operationId: 'showProblem',
      summary: 'Describe a problem',
      description: 'The `type` of a problem is this address. Browsers get a page.',
      ...open,
      parameters: [pathParameter('code', 'The `code` of the problem')],
      responses: {
        200: {
          description: 'What the problem means and what to do.',
          content: { ...jsonContent(ref('ProblemDescription')), ...htmlContent },
        },
        ...problemResponses(['not-found', 'method-not-allowed', 'internal-error']),
      },
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'openApi',
      summary: 'Return this description',
      description: 'Answers 401 until the settings have a key.',
      ...open,
      responses: {
        200: returns('OpenAPI 3.1', { type: 'object' }),
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
});
