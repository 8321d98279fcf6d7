import { isObject } from '../../shared/is-object.ts';
import type { HttpRequest } from '../http-request.ts';
import { bodyOf, type Fields, headersOf, textOf, type Values, valuesOf } from './event-fields.ts';

/** Event of a REST API (payload 1.0). */
export interface RestApiEvent extends Fields {
  httpMethod: string;
  path: string;
  requestContext: Fields;
}

export const isRestApi = (event: unknown): event is RestApiEvent =>
  isObject(event) &&
  typeof event['httpMethod'] === 'string' &&
  typeof event['path'] === 'string' &&
  isObject(event['requestContext']);

/** Reads a request. The path of a REST API has no stage, and its query is already decoded. */
export function readRestApi(event: RestApiEvent): Omit<HttpRequest, 'query'> {
  const { requestContext } = event;
  const identity = identityIn(requestContext);
  return {
    method: event.httpMethod,
    path: event.path,
    writtenPath: textOf(requestContext['path']) || event.path,
    rawQuery: encoded(valuesOf(event['multiValueQueryStringParameters'], event['queryStringParameters'])),
    headers: headersOf(valuesOf(event['multiValueHeaders'], event['headers'])),
    body: bodyOf(event),
    sourceIp: textOf(identity['sourceIp']),
    principal: textOf(identity['userArn']) || undefined,
  };
}

/**
 * Returns no identity for a test in the AWS console ("test-invoke"). Such a test checks no authorizer, and reports the person who
 * is signed in to the console as the caller.
 */
const identityIn = ({ stage, identity }: Fields): Fields =>
  isObject(identity) && stage !== 'test-invoke-stage' ? identity : {};

const encoded = (values: Values): string =>
  Object.entries(values)
    .flatMap(([name, list]) => list.map((value) => `${encode(name)}=${encode(value)}`))
    .join('&');

const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
