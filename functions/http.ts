import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { asProblem } from '../lib/http/failure.ts';
import { type HttpEvent, type HttpRequest, readHttpRequest } from '../lib/http/request.ts';
import { emptyResponse, type HttpResponse, problemResponse } from '../lib/http/response.ts';
import { logFailure } from './log.ts';

/** Left of a function's time for sending the answer. */
const RESERVE_MS = 3000;

export interface Call {
  request: HttpRequest;
  /** When an answer must be there, as `Date.now()` tells time. */
  until: number;
}

/** A Lambda handler for any of the HTTP event shapes; whatever is thrown becomes a problem object. */
export function httpHandler(answer: (call: Call) => Promise<HttpResponse>) {
  return middy<HttpEvent, HttpResponse, Error, Context>()
    .onError((request) => {
      const problem = asProblem(request.error);
      logFailure(problem);
      request.response = problemResponse(problem, request.context.awsRequestId);
    })
    .after((request) => {
      const { response } = request;
      if (response && readHttpRequest(request.event).method === 'HEAD')
        request.response = { ...response, body: '' };
    })
    .handler((event, context) =>
      answer({
        request: readHttpRequest(event),
        until: Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS,
      }),
    );
}

/** A browser or a link scanner that looks ahead: it is never let dial. */
export function looksAhead({ method, headers }: HttpRequest): boolean {
  const purpose = `${headers['sec-purpose'] ?? ''},${headers['purpose'] ?? ''},${headers['x-moz'] ?? ''}`;
  return method === 'HEAD' || /prefetch|prerender|preview/i.test(purpose);
}

export const nothingDialled = (): HttpResponse => emptyResponse(204);
