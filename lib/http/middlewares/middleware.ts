import type { MiddlewareObj, Request } from '@middy/core';
import type { HttpContext, HttpState } from '../exchange.ts';
import type { HttpResponse } from '../http-response.ts';

export type HttpMiddleware = MiddlewareObj<unknown, HttpResponse, Error, HttpContext, HttpState>;
export type HttpInvocation = Request<unknown, HttpResponse, Error, HttpContext, HttpState>;

/** Returns a middleware that changes every response, also an error response. */
export function changeResponse(
  change: (response: HttpResponse, internal: HttpState) => HttpResponse,
): HttpMiddleware {
  const apply = (invocation: HttpInvocation): void => {
    const { response, internal } = invocation;
    if (response) invocation.response = change(response, internal);
  };
  return { after: apply, onError: apply };
}
