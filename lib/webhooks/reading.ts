/** What a source reads from an event. */
export type Reading = NoCall | CallInEvent;

export interface NoCall {
  call: false;
  /** For the log: a few words that contain nothing of the event. */
  why: string;
  /** As in CallInEvent. */
  record?: string | undefined;
}

export interface CallInEvent {
  call: true;
  /** Fields of a callback request. `map` may replace them, or add what is missing. */
  fields: Record<string, unknown>;
  /** The sender's own id of the user whose phone rings. `agents` of the settings translates it to an extension. */
  user?: string | undefined;
  /** The id of the event: the same for all its deliveries, and for no other event. Left out if the sender has none. */
  key?: string | undefined;
  /** For senders that use a key for several events: the same for all deliveries of one event, and for no later event. */
  delivery?: string | undefined;
  /** Whether the delivery also requests other calls. */
  several?: boolean;
  /** When the event happened: Unix time in seconds, milliseconds or microseconds, or ISO 8601. */
  time?: unknown;
  /** The lead, contact or other record, for the log: `lead 17`. Written by `recordName`. */
  record?: string | undefined;
}

export const noCall = (why: string, record?: string): NoCall => ({ call: false, why, record });

/** The same reason for all sources. */
export const NOT_LISTED = 'the event is not listed';

/**
 * Returns the single call that a list of events requests. If some events have a number, the others are left out. If none has one,
 * all count, because `map` may find the number.
 */
export function singleCall(calls: readonly CallInEvent[]): Reading {
  const numbered = calls.filter(({ fields }) => fields['to'] !== undefined);
  const [first = calls[0], ...others] = numbered;
  if (!first) return noCall(NOT_LISTED);
  const isOther = ({ fields, user }: CallInEvent) =>
    fields['to'] !== first.fields['to'] || user !== first.user;
  // A second delivery may list the events in another order.
  const [key] = numbered.flatMap((each) => each.key ?? []).toSorted();
  return { ...first, several: others.some(isOther), ...(key !== undefined && { key }) };
}

/** Returns the name of a record for the log. Undefined if it could reveal the called number. */
export function recordName(
  type: string | undefined,
  id: string | undefined,
  number?: string,
): string | undefined {
  if (!/^[A-Za-z_]{1,24}$/.test(type ?? '') || !/^[A-Za-z0-9_-]{1,40}$/.test(id ?? '')) return undefined;
  const [inId, called] = [id, number].map((text) => text?.replace(/\D/g, '').slice(-7) ?? '');
  return called !== '' && inId === called ? undefined : `${type?.toLowerCase()} ${id}`;
}
