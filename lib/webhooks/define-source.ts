import * as z from 'zod/mini';
import type { HttpRequest } from '../http/http-request.ts';
import { matching, oneOrMore, rule } from '../settings/schema-parts.ts';
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

interface Sender {
  /** The expected credentials, as the error names them. */
  proof: string;
  /** The events are about records. Nobody waits for the call, and a record that cannot be called is not an error. */
  ofRecords?: true;
  /** The sender repeats an event for days after a 5xx. */
  repeatsLate?: true;
}

/** The definition of one kind of sender. */
interface Definition<Settings extends z.core.$ZodType> extends Sender {
  /** Made by `sourceSettings`. */
  settings: Settings;
  verify(delivery: Delivery, settings: z.output<Settings>): boolean;
  /** Called only after `verify` returned true. */
  read(delivery: Delivery, settings: z.output<Settings>): Reading;
}

/** A source with the settings of one webhook. */
export interface OpenSource extends Sender {
  verify(delivery: Delivery): boolean;
  read(delivery: Delivery): Reading;
}

export interface Source {
  /** The schema of its settings, for messages about mistakes. */
  schema: z.core.$ZodType;
  /** Checks the settings of a webhook. */
  open(
    settings: unknown,
  ): { ok: true; source: OpenSource } | { ok: false; issues: readonly z.core.$ZodIssue[] };
}

export const defineSource = <Settings extends z.core.$ZodObject>({
  settings: schema,
  verify,
  read,
  ...sender
}: Definition<Settings>): Source => ({
  schema,
  open(settings) {
    const { data, error } = z.safeParse(schema, settings);
    if (data === undefined) return { ok: false, issues: error?.issues ?? [] };
    const source = {
      ...sender,
      verify: (delivery: Delivery) => verify(delivery, data),
      read: (delivery: Delivery) => read(delivery, data),
    };
    return { ok: true, source };
  },
});

/** Returns the schema of a webhook's settings: the fields of its source, and the fields of all webhooks that the source lacks. */
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
