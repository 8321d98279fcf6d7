import * as z from 'zod/mini';
import type { HttpRequest } from '../http/http-request.ts';
import { matching, oneOrMore, rule } from '../settings/schema-parts.ts';
import type { WebhookSettings } from '../settings/settings.ts';
import { mapField, webhookFields } from '../settings/webhook-settings.ts';
import type { Reading } from './reading.ts';

/** One POST of a sender, not authenticated yet. */
export interface Delivery {
  request: HttpRequest;
  /** The JSON or the form of the body. Nested names of a form (`data[PHONE]`) are objects. {} without a body. */
  payload: unknown;
  /** Unix time in seconds. */
  now: number;
}

/** One kind of sender. */
export interface Source<Schema extends z.core.$ZodType<WebhookSettings> = z.core.$ZodType<WebhookSettings>> {
  /** The schema of a webhook's settings, made by `sourceSettings`. */
  settings: Schema;
  /** The expected credentials, as the error names them. */
  proof: string;
  /** The events are about records. Nobody waits for the call, and a record that cannot be called is not an error. */
  ofRecords?: true;
  /** The sender repeats an event for days after a 5xx. */
  repeatsLate?: true;
  verify(delivery: Delivery, settings: z.output<Schema>): boolean;
  /** Called only after `verify` returned true. */
  read(delivery: Delivery, settings: z.output<Schema>): Reading;
}

/** Gives `verify` and `read` the type of the settings. */
export const defineSource = <Schema extends z.core.$ZodType<WebhookSettings>>(
  source: Source<Schema>,
): Source => source;

/** Returns the schema of a webhook's settings: the fields of its source, and the common fields that the source does not define. */
export function sourceSettings<Own extends z.core.$ZodLooseShape>(own: Own) {
  const shape: Omit<typeof webhookFields, keyof Own> & Own = { ...webhookFields, ...own };
  return z.strictObject(shape);
}

/** The names of events that request a call. Each must have this shape, because with a typo no phone would ever ring. */
export const eventNames = (shape: RegExp, what: string) =>
  z.exactOptional(oneOrMore(matching(shape, what), 'events'));

/** A map that must say where the number is, for a sender with unknown fields. */
export const requiredMap = mapField.check(
  rule((map, refuse) => {
    if (map['to'] === undefined) refuse('must say where the number is, such as {"to": "data.phone"}');
  }),
);
