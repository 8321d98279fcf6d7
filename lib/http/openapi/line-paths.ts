import { ref } from './component-schemas.ts';
import { operation, pathParameter, returns } from './parts.ts';
import { anyCredentials } from './security.ts';

const common = { tags: ['lines'], security: anyCredentials };
const lineName = pathParameter('name', 'The name of the line in the settings');

export const linePaths = {
  'GET /lines': operation({
    operationId: 'listLines',
    summary: 'List lines',
    description: 'Shows the lines of the routes that the key may use.',
    ...common,
    responses: { 200: returns('The lines', ref('LineList')) },
  }),
  'GET /lines/{name}': operation({
    operationId: 'showLine',
    summary: 'Show a line',
    description: 'Shows what the line does now. Callbacks of the last second may be missing.',
    ...common,
    parameters: [lineName],
    responses: { 200: returns('The line', ref('Line')) },
    problems: ['not-found'],
  }),
  'PATCH /lines/{name}': operation({
    operationId: 'pauseLine',
    summary: 'Pause a line, or let it go on',
    description:
      'A paused line starts no call. Calls that have started go on. Callbacks wait, and may expire.',
    ...common,
    parameters: [lineName],
    body: 'PauseRequest',
    responses: { 200: returns('The line', ref('Line')) },
    problems: ['not-found', 'request-invalid'],
  }),
  'PATCH /lines/{name}/agents/{extension}': operation({
    operationId: 'pauseAgent',
    summary: 'Pause an agent, or let the agent be rung again',
    description:
      'No line rings a paused agent. A call with the agent goes on. A route of the line must call the agent.',
    ...common,
    parameters: [lineName, pathParameter('extension', 'The extension of the agent')],
    body: 'PauseRequest',
    responses: { 200: returns('The agent', ref('LineAgent')) },
    problems: ['not-found', 'request-invalid', 'agent-not-allowed'],
  }),
};
