import { CallbackError } from '../../problems/callback-error.ts';
import { Deadline } from '../../shared/deadline.ts';
import { log } from '../../telemetry/log.ts';
import { stagePathOf } from '../base-path.ts';
import { readHttpEvent } from '../event-sources/event-source.ts';
import { describeOther } from '../event-sources/other-event.ts';
import type { Exchange } from '../exchange.ts';
import { type HttpResponse, problemResponse } from '../http-response.ts';
import { changeResponse, type HttpMiddleware } from './middleware.ts';

/** Reads the event into an exchange, and writes the response in the form that the sender of the event expects. */
export function readEvent(): HttpMiddleware {
  return {
    ...changeResponse((response, { source }) => source?.respond(response) ?? response),
    before: ({ event, context, internal }) => {
      const source = readHttpEvent(event);
      if (!source) return ignore(event, context.awsRequestId);
      internal.source = source;
      const request = { ...source.request, query: [] };
      const trace = { requestId: context.awsRequestId, milliseconds: {} };
      const exchange: Exchange = {
        request,
        deadline: Deadline.ofInvocation(context, source.requestedAt),
        trace,
        basePath: stagePathOf(request),
      };
      internal.exchange = exchange;
      context.exchange = exchange;
      return undefined;
    },
  };
}

/** Logs a warm-up ping or an event of another trigger. It is not an error, so no metric counts it. */
function ignore(event: unknown, requestId: string): HttpResponse {
  const { name, hint } = describeOther(event);
  log[hint ? 'warn' : 'info']('event ignored', { event: name, requestId, ...(hint && { hint }) });
  return problemResponse(
    new CallbackError('request-malformed', 'This event is not an HTTP request'),
    requestId,
  );
}
