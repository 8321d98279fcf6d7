import type { ProblemCode } from '../../problems/problems.ts';
import { ref, type Schema } from './component-schemas.ts';
import { anyCredentials, jsonContent, requestBody } from './parts.ts';
import { AUTHORIZED_PROBLEMS, BODY_PROBLEMS, problemResponses } from './problem-responses.ts';

const page = {
  description: 'A page of callbacks, the newest first',
  content: jsonContent(ref('CallbackPage')),
};
const common = { tags: ['callbacks'], security: anyCredentials };

const LIST_PROBLEMS: readonly ProblemCode[] = [...AUTHORIZED_PROBLEMS, 'request-invalid'];

const SEARCH_PROBLEMS: readonly ProblemCode[] = [...LIST_PROBLEMS, 'number-invalid', ...BODY_PROBLEMS];

/** @param filters The query parameters of a list. */
export const listPaths = (filters: Record<string, Schema>) => ({
  '/callbacks': {
    get: {
      operationId: 'listCallbacks',
      summary: 'List callbacks',
      description:
        'Shows callbacks of the routes that the key may use. A callback may appear a second late. A page may hold ' +
        'fewer callbacks than `limit` although `cursor` is set. No PBX is asked.',
      ...common,
      parameters: Object.entries(filters).map(([name, { description, ...schema }]) => ({
        name,
        in: 'query',
        description,
        schema,
      })),
      responses: { 200: page, ...problemResponses(LIST_PROBLEMS) },
    },
  },
  '/callbacks/search': {
    post: {
      operationId: 'searchCallbacks',
      summary: 'Find the callbacks of a number',
      description: 'As a list. The number is in the body, because URLs are logged.',
      ...common,
      requestBody: requestBody('SearchRequest'),
      responses: { 200: page, ...problemResponses(SEARCH_PROBLEMS) },
    },
  },
});
