import type { Context } from 'aws-lambda';
import { asProblem } from '../lib/http/failure.ts';
import { type HttpEvent, type HttpRequest, readHttpRequest } from '../lib/http/request.ts';
import { answerTo, emptyResponse, type HttpResponse, problemResponse } from '../lib/http/response.ts';
import { logFailure, type Trace } from './log.ts';

/** Left of a function's time for sending the answer. */
const RESERVE_MS = 3000;

export interface Call {
  request: HttpRequest;
  /** When an answer must be there, as `Date.now()` tells time. */
  until: number;
  /** Gathered for the log. */
  trace: Trace;
  /** Headers that go with the answer, be it a yes or a no. */
  headers: Record<string, string>;
}

/** A Lambda handler for any of the HTTP event shapes; whatever is thrown becomes a problem object. */
export function httpHandler(answer: (call: Call) => Promise<HttpResponse>) {
  return async (event: HttpEvent, context: Context): Promise<HttpResponse> => {
    const requestId = context.awsRequestId;
    const headers: Record<string, string> = {};
    const trace: Trace = { requestId, milliseconds: {} };
    const until = Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
    try {
      const request = readHttpRequest(event);
      const response = await answer({ request, until, trace, headers });
      return finish(event, response, headers);
    } catch (error) {
      const problem = asProblem(error);
      logFailure(problem, trace);
      return finish(event, problemResponse(problem, requestId), headers);
    }
  };
}

function finish(event: HttpEvent, response: HttpResponse, headers: Record<string, string>): HttpResponse {
  const body = isHead(event) ? '' : response.body;
  return answerTo(event, { ...response, headers: { ...response.headers, ...headers }, body });
}

const isHead = (event: HttpEvent): boolean =>
  ('httpMethod' in event ? event.httpMethod : event.requestContext.http.method) === 'HEAD';

/** A browser or a link scanner that looks ahead: it is never let dial. */
export function looksAhead({ method, headers }: HttpRequest): boolean {
  const purpose = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers[name]).join();
  return method === 'HEAD' || /prefetch|prerender|preview/i.test(purpose);
}

export const nothingDialled = (): HttpResponse => emptyResponse(204);
