import type { ProblemCode } from '../../problems/problem-codes.ts';
import { ref, type Schema } from './component-schemas.ts';
import {
  AUTHORIZED_PROBLEMS,
  BODY_PROBLEMS,
  COMMON_PROBLEMS,
  problemResponses,
} from './problem-responses.ts';

export const jsonContent = (schema: object) => ({ 'application/json': { schema } });
export const htmlContent = { 'text/html; charset=utf-8': { schema: { type: 'string' } } };
export const formContent = (schema: object, encoding?: object) => ({
  'application/x-www-form-urlencoded': { schema, ...(encoding && { encoding }) },
});

/** Returns a response with a JSON body. */
export const returns = (description: string, schema: object) => ({
  description,
  content: jsonContent(schema),
});

/** Returns a body that is sent as JSON or as a form. */
export const requestBody = (name: string, encoding?: object) => ({
  required: true,
  content: { ...jsonContent(ref(name)), ...formContent(ref(name), encoding) },
});

export const pathParameter = (name: string, description: string, schema: Schema = { type: 'string' }) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});

export function queryParameter(name: string, schema: Schema = {}, more: object = {}) {
  const { description, ...shape } = schema;
  return { name, in: 'query', description, ...more, schema: shape };
}

interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: readonly string[];
  /** Empty if the operation needs no credentials. */
  security: readonly object[];
  parameters?: readonly object[];
  /** The name of the schema of the body. */
  body?: string;
  /** The responses of success, by status. */
  responses: Readonly<Record<number, object>>;
  /** The problems of this operation alone. `operation` adds the problems that operations of its kind have in common. */
  problems?: readonly ProblemCode[];
}

/** Describes an operation that places no callback. */
export const operation = ({ body, responses, problems = [], ...described }: Operation) => ({
  ...described,
  ...(body && { requestBody: requestBody(body) }),
  responses: {
    ...responses,
    ...problemResponses([
      ...COMMON_PROBLEMS,
      ...(described.security.length > 0 ? AUTHORIZED_PROBLEMS : []),
      ...problems,
      ...(body ? BODY_PROBLEMS : []),
    ]),
  },
});
