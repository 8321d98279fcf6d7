import type { ProblemCode } from '../../problems/problems.ts';
import { ref } from './component-schemas.ts';
import { anyCredentials, jsonContent, requestBody } from './parts.ts';
import { AUTHORIZED_PROBLEMS, BODY_PROBLEMS, problemResponses } from './problem-responses.ts';

const LINE_PROBLEMS: readonly ProblemCode[] = [...AUTHORIZED_PROBLEMS, 'not-found'];

const CHANGE_PROBLEMS: readonly ProblemCode[] = [...LINE_PROBLEMS, 'request-invalid', ...BODY_PROBLEMS];

const common = { tags: ['lines'], security: anyCredentials };
const ofPath = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});
const lineName = ofPath('name', 'The name of the line in the settings');
const extension = ofPath('extension', 'The extension of the agent');
const pause = requestBody('PauseRequest');

export const linePaths = () => ({
  '/lines': {
    get: {
      operationId: 'listLines',
      summary: 'List lines',
      description: 'Shows the lines of the routes that the key may use.',
      ...common,
      responses: {
        200: { description: 'The lines', content: jsonContent(ref('LineList')) },
        ...problemResponses(AUTHORIZED_PROBLEMS),
      },
    },
  },
  '/lines/{name}': {
    get: {
      operationId: 'showLine',
      summary: 'Show a line',
      description: 'Shows what the line does now. What was accepted in the last second may be missing.',
      ...common,
      parameters: [lineName],
      responses: {
        200: { description: 'The line', content: jsonContent(ref('Line')) },
        ...problemResponses(LINE_PROBLEMS),
      },
    },
    patch: {
      operationId: 'pauseLine',
      summary: 'Pause a line, or let it go on',
      description: 'A paused line starts nothing. Its calls go on, and its callbacks wait and may expire.',
      ...common,
      parameters: [lineName],
      requestBody: pause,
      responses: {
        200: { description: 'The line', content: jsonContent(ref('Line')) },
        ...problemResponses(CHANGE_PROBLEMS),
      },
    },
  },
  '/lines/{name}/agents/{extension}': {
    patch: {
      operationId: 'pauseAgent',
      summary: 'Pause an agent, or let the agent be rung again',
      description: 'No line rings a paused agent. A talk goes on. A route of the line must call the agent.',
      ...common,
      parameters: [lineName, extension],
      requestBody: pause,
      responses: {
        200: { description: 'The agent', content: jsonContent(ref('LineAgent')) },
        ...problemResponses([...CHANGE_PROBLEMS, 'agent-not-allowed']),
      },
    },
  },
});
