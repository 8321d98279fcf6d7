import type { Context } from 'aws-lambda';
import type { KeySettings } from '../settings/settings.ts';
import type { Deadline } from '../shared/deadline.ts';
import type { Trace } from '../telemetry/log.ts';
import type { HttpEvent, HttpRequest } from './http-request.ts';

/** One request, and the facts about it that are collected until the response is sent. */
export interface Exchange {
  request: HttpRequest;
  deadline: Deadline;
  /** Fields for the log line of the request. */
  trace: Trace;
  /** The stage or base path before the path of the API, such as `/prod` or `/telephony`. Links in responses begin with it. */
  basePath: string;
  /** Whether a person reads the response in a browser. The response is then a page. */
  forBrowser?: boolean;
  /** The key that admitted the request. */
  key?: KeySettings;
  /** Writes the response in the form of the service that sent the event. */
  respond?: HttpEvent['respond'] | undefined;
}

/** middy passes only event and context to a handler, so `readEvent` puts the exchange there. */
export type HttpContext = Context & { exchange?: Exchange };
