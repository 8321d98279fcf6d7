import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Answered } from '../calls/idempotency.ts';
import { deadlineOf } from '../shared/deadline.ts';
import { logFailure, type Trace } from '../telemetry/log.ts';
import { type HttpEvent, type HttpRequest, readHttpRequest } from './event-reader.ts';
import {
  answerTo,
  emptyResponse,
  type HttpResponse,
  jsonResponse,
  problemResponse,
} from './http-response.ts';
import { asProblem } from './problem-from-error.ts';

export interface Call {
  request: HttpRequest;
  /** When an answer must be there, as `Date.now()` tells time. */
  until: number;
  /** Gathered for the log. */
  trace: Trace;
  /** Headers that go with the answer, be it a yes or a no. */
  headers: Record<string, string>;
}

/** What belongs to an event while it is answered. */
const calls = new WeakMap<HttpEvent, Call>();

function openCall(event: HttpEvent, context: Context): Call {
  const call: Call = {
    request: readHttpRequest(event),
    until: deadlineOf(context),
    trace: { requestId: context.awsRequestId, milliseconds: {} },
    headers: {},
  };
  calls.set(event, call);
  return call;
}

/** A Lambda handler for any of the HTTP event shapes; whatever is thrown becomes a problem object. */
export function httpHandler(answer: (call: Call) => Promise<HttpResponse>) {
  return middy<HttpEvent, HttpResponse, Error, Context>()
    .after((request) => {
      if (request.response) request.response = finish(request.event, request.response);
    })
    .onError((request) => {
      const { event, context, error } = request;
      const problem = asProblem(error);
      logFailure(problem, calls.get(event)?.trace ?? { requestId: context.awsRequestId, milliseconds: {} });
      request.response = finish(event, problemResponse(problem, context.awsRequestId));
    })
    .handler((event, context) => answer(openCall(event, context)));
}

/** Headers of the call go with its answer, be it a yes or a no. */
function finish(event: HttpEvent, response: HttpResponse): HttpResponse {
  const headers = { ...response.headers, ...calls.get(event)?.headers };
  return answerTo(event, { ...response, headers, body: isHead(event) ? '' : response.body });
}

const isHead = (event: HttpEvent): boolean =>
  ('httpMethod' in event ? event.httpMethod : event.requestContext.http.method) === 'HEAD';

/** A browser or a link scanner that looks ahead: it is never let dial. */
export function looksAhead({ method, headers }: HttpRequest): boolean {
  const purpose = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers[name]).join();
  return method === 'HEAD' || /prefetch|prerender|preview/i.test(purpose);
}

/** The answer to who asked for a call. */
export const placed = ({ callback, replayed }: Answered): HttpResponse =>
  jsonResponse(201, callback, {
    location: `/callbacks/${callback.id}`,
    ...(replayed && { 'idempotent-replayed': 'true' }),
  });

export const nothingDialled = (): HttpResponse => emptyResponse(204);
