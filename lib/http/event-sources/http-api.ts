import type { HttpEvent } from '../http-request.ts';
import { bodyOf, type Fields, fieldsOf, headersOf, textOf, timeOf, valuesOf } from './event-fields.ts';

/** Reads an event of an HTTP API (payload 2.0) or a function URL. Returns undefined for any other event. */
export function readHttpApi(event: Fields): HttpEvent | undefined {
  const { http, stage, authorizer, timeEpoch } = fieldsOf(event['requestContext']);
  const { method, sourceIp } = fieldsOf(http);
  // A REST API behind a custom domain has a rawPath too, so only `requestContext.http` identifies payload 2.0.
  if (typeof method !== 'string') return undefined;
  const writtenPath = textOf(event['rawPath']) || '/';
  const request = {
    method,
    path: withoutStage(writtenPath, textOf(stage)),
    writtenPath,
    rawQuery: textOf(event['rawQueryString']),
    headers: headersOf(valuesOf(undefined, event['headers'])),
    body: bodyOf(event),
    sourceIp: textOf(sourceIp),
    principal: textOf(fieldsOf(fieldsOf(authorizer)['iam'])['userArn']) || undefined,
  };
  return { request, requestedAt: timeOf(timeEpoch) };
}

/** An HTTP API writes its stage before the path, except for `$default` and behind a custom domain. */
const withoutStage = (path: string, stage: string): string =>
  stage !== '' && path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path;
