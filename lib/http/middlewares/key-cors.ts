import { corsHeaders } from '../cors.ts';
import { changeResponse, type HttpMiddleware } from './middleware.ts';

/** Adds CORS headers if the key of the request lists the origin of the page, on error responses too. */
export const keyCors = (): HttpMiddleware =>
  changeResponse((response, { exchange }) =>
    exchange?.key
      ? { ...response, headers: { ...response.headers, ...corsHeaders(exchange.request, exchange.key) } }
      : response,
  );
