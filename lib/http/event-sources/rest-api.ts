import { isObject } from '../../shared/is-object.ts';
import type { HttpEvent } from '../http-request.ts';
import {
  bodyOf,
  type Fields,
  fieldsOf,
  headersOf,
  joinQuery,
  textOf,
  timeOf,
  valuesOf,
} from './event-fields.ts';

/**
 * Reads an event of a REST API (payload 1.0). The path has no stage, and the query is already decoded. Returns undefined for
 * any other event.
 */
export function readRestApi(event: Fields): HttpEvent | undefined {
  const { httpMethod: method, path, requestContext: context } = event;
  if (typeof method !== 'string' || typeof path !== 'string' || !isObject(context)) return undefined;
  // A test in the AWS console checks no authorizer, and reports the person who is signed in to the console as the caller.
  const identity = fieldsOf(context['stage'] === 'test-invoke-stage' ? undefined : context['identity']);
  const query = valuesOf(event['multiValueQueryStringParameters'], event['queryStringParameters']);
  const request = {
    method,
    path,
    writtenPath: textOf(context['path']) || path,
    rawQuery: joinQuery(query, (text) => encodeURIComponent(text.toWellFormed())),
    headers: headersOf(valuesOf(event['multiValueHeaders'], event['headers'])),
    body: bodyOf(event),
    sourceIp: textOf(identity['sourceIp']),
    principal: textOf(identity['userArn']) || undefined,
  };
  return { request, requestedAt: timeOf(context['requestTimeEpoch']) };
}
