import type { Context } from 'aws-lambda';
import type { KeySettings } from '../settings/settings.ts';
import type { Deadline } from '../shared/deadline.ts';
import type { Trace } from '../telemetry/log.ts';
import type { EventSource } from './event-sources/event-source.ts';
import type { HttpRequest } from './http-request.ts';

/** One request and what is learned about it until the response is sent. */
export interface Exchange {
  request: HttpRequest;
  deadline: Deadline;
  /** Fields for the log line of the request. */
  trace: Trace;
  /** Path in front of ours, such as `/prod` or `/telephony`: links in responses begin with it. */
  basePath: string;
  /** A person at a browser reads the response, so it is a page. */
  forBrowser?: boolean;
  /** The key that admitted the request. */
  key?: KeySettings;
}

/** What the middlewares of one invocation share in `request.internal`. */
export interface HttpState extends Record<string, unknown> {
  source?: EventSource;
  exchange?: Exchange;
}

/** middy passes only event and context to a handler, so `readEvent` puts the exchange there as well. */
export type HttpContext = Context & { exchange?: Exchange };

export function exchangeOf({ exchange }: HttpContext): Exchange {
  if (!exchange) throw new TypeError('The handler lacks the middleware readEvent');
  return exchange;
}
