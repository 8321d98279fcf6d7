import { isObject } from '../../shared/is-object.ts';
import type { HttpRequest } from '../http-request.ts';
import { bodyOf, type Fields, headersOf, listed, textOf } from './event-fields.ts';

/** Event of an HTTP API (payload 2.0) or a function URL. */
export interface HttpApiEvent extends Fields {
  requestContext: Fields & { http: Fields & { method: string } };
}

// A REST API behind a custom domain has a rawPath too, so only `requestContext.http` identifies payload 2.0.
export const isHttpApi = (event: unknown): event is HttpApiEvent =>
  isObject(event) &&
  isObject(event['requestContext']) &&
  isObject(event['requestContext']['http']) &&
  typeof event['requestContext']['http']['method'] === 'string';

export function readHttpApi(event: HttpApiEvent): Omit<HttpRequest, 'query'> {
  const { http, stage, authorizer } = event.requestContext;
  const writtenPath = textOf(event['rawPath']) || '/';
  return {
    method: http.method,
    path: withoutStage(writtenPath, textOf(stage)),
    writtenPath,
    rawQuery: textOf(event['rawQueryString']),
    headers: headersOf(listed(event['headers'])),
    body: bodyOf(event),
    sourceIp: textOf(http['sourceIp']),
    principal: callerOf(authorizer),
  };
}

/** An HTTP API writes its stage before the path, except for `$default` and behind a custom domain. */
const withoutStage = (path: string, stage: string): string =>
  stage !== '' && path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path;

const callerOf = (authorizer: unknown): string | undefined =>
  isObject(authorizer) && isObject(authorizer['iam'])
    ? textOf(authorizer['iam']['userArn']) || undefined
    : undefined;
