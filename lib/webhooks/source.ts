import type { HttpRequest } from '../http/http-request.ts';
import type { WebhookSettings } from '../settings/settings.ts';

/** One POST of a sender, read but not yet believed. */
export interface Delivery {
  request: HttpRequest;
  /** The JSON or the form of the body, its nested names (`data[PHONE]`) as objects; {} without a body. */
  payload: unknown;
  /** Unix time in seconds. */
  now: number;
}

/** What an event asks for. */
export type Reading = NoCall | WantedCall;

/** `why` goes to the log: a few words, and nothing of the payload. */
export interface NoCall {
  call: false;
  why: string;
}

export interface WantedCall {
  call: true;
  /** Fields of a callback request; what is undefined, `map` may still tell. */
  fields: Record<string, unknown>;
  /** The sender's own id of the one whose phone shall ring; `agents` of the settings tells the extension. */
  user?: string | undefined;
  /** The same for every delivery of one event, and for no other event; left out where a sender has nothing like it. */
  key?: string | undefined;
  /** Of a sender that uses a key again: the same for every delivery of one event, and for no later one. */
  delivery?: string | undefined;
  /** Whether other calls are asked for as well: who would be rung first, and who answers for the rest? */
  several?: boolean;
  /** When it happened: Unix time in seconds, milliseconds or microseconds, or ISO 8601. */
  time?: unknown;
}

/** A kind of sender: how it proves who it is, and what its events mean; lib/settings/webhook-sources.ts has the rest. */
export interface Source {
  /** What the sender must prove itself by, in the words of a refusal. */
  proof: string;
  /** Its events tell of records: nobody has clicked, and a record that cannot be called is no error. */
  ofRecords?: true;
  /** It sends again for days what was answered 5xx. */
  repeatsLate?: true;
  verify(delivery: Delivery, settings: WebhookSettings): boolean;
  /** Only asked once `verify` has said yes. */
  read(delivery: Delivery, settings: WebhookSettings): Reading;
}

export const noCall = (why: string): NoCall => ({ call: false, why });
/** In the words of every source. */
export const NOT_LISTED = 'the event is not listed';
