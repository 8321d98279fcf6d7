import type { MiddlewareObj } from '@middy/core';
import { asProblem } from '../problems/problem-from-error.ts';
import { Deadline } from '../shared/deadline.ts';
import { log, logFailure } from '../telemetry/log.ts';
import { malformed } from './body.ts';
import { corsHeaders } from './cors.ts';
import { readHttpEvent } from './event-sources/event-source.ts';
import { describeOther } from './event-sources/other-event.ts';
import type { Exchange, HttpContext } from './exchange.ts';
import type { HttpRequest } from './http-request.ts';
import { type HttpResponse, problemResponse } from './http-response.ts';

export type HttpMiddleware = MiddlewareObj<unknown, HttpResponse, Error, HttpContext>;

/** Returns a middleware that changes every response, also an error response. */
function changeResponse(
  change: (response: HttpResponse, exchange: Exchange) => HttpResponse,
): Required<Pick<HttpMiddleware, 'after' | 'onError'>> {
  const apply: HttpMiddleware['after'] = (invocation) => {
    const { response, context } = invocation;
    if (response && context.exchange) invocation.response = change(response, context.exchange);
  };
  return { after: apply, onError: apply };
}

/** Reads the event into an exchange, and writes the response in the form that the sender of the event expects. */
export const readEvent = (): HttpMiddleware => ({
  ...changeResponse((response, { respond }) => respond?.(response) ?? response),
  before: ({ event, context }) => {
    const source = readHttpEvent(event);
    if (!source) return ignore(event, context.awsRequestId);
    const request = { ...source.request, query: [] };
    context.exchange = {
      request,
      deadline: Deadline.ofInvocation(context, source.requestedAt),
      trace: { requestId: context.awsRequestId, milliseconds: {} },
      basePath: stagePathOf(request),
      respond: source.respond,
    };
    return undefined;
  },
});

/** Logs a warm-up ping or an event of another trigger. It is not an error, so no metric counts it. */
function ignore(event: unknown, requestId: string): HttpResponse {
  const { name, hint } = describeOther(event);
  log[hint ? 'warn' : 'info']('event ignored', { event: name, requestId, ...(hint && { hint }) });
  return problemResponse(malformed('This event is not an HTTP request'), requestId);
}

/** Returns the stage in front of a path, which links in responses must repeat. */
function stagePathOf({ path, writtenPath }: HttpRequest): string {
  const stage = writtenPath.endsWith(path) ? writtenPath.slice(0, writtenPath.length - path.length) : '';
  // The client wrote the path, so a stage with special characters of HTML or headers is left out.
  return /^\/[\w-]{1,128}$/.test(stage) ? stage : '';
}

/** Leaves out the body of a response to HEAD. */
export const omitHeadBody = (): HttpMiddleware =>
  changeResponse((response, { request }) =>
    request.method === 'HEAD' ? { ...response, body: '' } : response,
  );

/** Adds CORS headers, on error responses too, if the key of the request lists the origin of the page. */
export const keyCors = (): HttpMiddleware =>
  changeResponse((response, { request, key }) =>
    key ? { ...response, headers: { ...response.headers, ...corsHeaders(request, key) } } : response,
  );

/** Turns every error into a problem object (RFC 9457) and logs it. */
export const problemErrors = (): HttpMiddleware => ({
  onError: (invocation) => {
    const { exchange, awsRequestId } = invocation.context;
    const problem = asProblem(invocation.error);
    logFailure(problem, exchange?.trace ?? { requestId: awsRequestId, milliseconds: {} });
    invocation.response = problemResponse(problem, awsRequestId, exchange?.basePath);
  },
});
