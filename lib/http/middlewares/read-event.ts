import { CallbackError } from '../../calls/callback-error.ts';
import { deadlineOf } from '../../shared/deadline.ts';
import { readHttpEvent } from '../event-sources/event-source.ts';
import type { Exchange } from '../exchange.ts';
import { parseQuery } from '../query.ts';
import { changeResponse, type HttpMiddleware } from './middleware.ts';

/** Reads the event into an exchange, and writes the response in the form that the sender of the event expects. */
export function readEvent(): HttpMiddleware {
  return {
    ...changeResponse((response, { source }) => source?.respond(response) ?? response),
    before: ({ event, context, internal }) => {
      const source = readHttpEvent(event);
      if (!source) throw new CallbackError('request-malformed', 'This event is not an HTTP request');
      internal.source = source;
      const request = { ...source.request, query: [] };
      const trace = { requestId: context.awsRequestId, milliseconds: {} };
      const exchange: Exchange = { request, until: deadlineOf(context), trace };
      internal.exchange = exchange;
      context.exchange = exchange;
      // Last: the response to a malformed query needs the exchange.
      exchange.request.query = parseQuery(request.rawQuery);
    },
  };
}
