import { ref } from './component-schemas.ts';
import { htmlContent, jsonContent, operation, pathParameter, returns } from './parts.ts';

const open = { tags: ['service'], security: [] };

const running = {
  type: 'object',
  properties: { status: { type: 'string', const: 'ok' } },
  required: ['status'],
  additionalProperties: false,
};

/** Addresses that need no credentials. */
export const publicPaths = {
  'GET /health': operation({
    operationId: 'health',
    summary: 'Check that the function runs',
    description: 'Reads neither the settings nor the PBX.',
    ...open,
    responses: { 200: returns('The function runs.', running) },
  }),
  'GET /problems/{code}': operation({
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
    },
    problems: ['not-found'],
  }),
  'GET /openapi.json': operation({
    operationId: 'openApi',
    summary: 'Return this description',
    description: 'Answers 401 until the settings have a key.',
    ...open,
    responses: { 200: returns('OpenAPI 3.1', { type: 'object' }) },
    problems: ['credentials-missing', 'settings-invalid', 'settings-unreachable'],
  }),
};
