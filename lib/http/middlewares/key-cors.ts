import { corsHeaders } from '../cors.ts';
import { changeResponse, type HttpMiddleware } from './middleware.ts';

/** Lets a page read the response if the key of the request lists the page's origin, on error responses too. */
export const keyCors = (): HttpMiddleware =>
  changeResponse((response, { exchange }) =>
    exchange?.key
      ? { ...response, headers: { ...response.headers, ...corsHeaders(exchange.request, exchange.key) } }
      : response,
  );
