import type { ProblemCode } from '../../problems/problem-codes.ts';
import { ref, type Schema } from './component-schemas.ts';
import { AUTHORIZED_PROBLEMS, BODY_PROBLEMS, problemResponses } from './problem-responses.ts';

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

interface AuthorizedOperation {
  operationId: string;
  summary: string;
  description: string;
  tags: readonly string[];
  security: object;
  parameters?: readonly object[];
  /** The name of the schema of the body. */
  body?: string;
  /** The responses of success, by status. */
  responses: Readonly<Record<number, object>>;
  /** The problems of this operation, without AUTHORIZED_PROBLEMS and BODY_PROBLEMS. */
  problems?: readonly ProblemCode[];
}

/** Describes an operation that needs credentials and places no callback. */
export const authorized = ({ body, responses, problems = [], ...described }: AuthorizedOperation) => ({
  ...described,
  ...(body && { requestBody: requestBody(body) }),
  responses: {
    ...responses,
    ...problemResponses([...AUTHORIZED_PROBLEMS, ...problems, ...(body ? BODY_PROBLEMS : [])]),
  },
});
