/** What a source reads from an event. */
export type Reading = NoCall | CallInEvent;

export interface NoCall {
  call: false;
  /** For the log: a few words that contain nothing of the event. */
  why: string;
  /** Written by `recordName`. */
  record?: string | undefined;
}

export interface CallInEvent {
  call: true;
  /** Fields of a callback request. `map` may replace them, or add what is missing. */
  fields: Record<string, unknown>;
  /** The sender's own id of the user whose phone rings. `agents` of the settings translates it to an extension. */
  user?: string | undefined;
  /** The id of the event. All deliveries of the event have this id. Left out if the sender sends no id. */
  key?: string | undefined;
  /** For senders that use one key for several events. All deliveries of one event have this text, and no later event has it. */
  delivery?: string | undefined;
  /** Whether the delivery also requests other calls. */
  several?: boolean;
  /** When the event happened: Unix time in seconds, milliseconds or microseconds, or ISO 8601. */
  time?: unknown;
  /** The lead, contact or other record, for the log: `lead 17`. Written by `recordName`. */
  record?: string | undefined;
}

export const noCall = (why: string, record?: string): NoCall => ({ call: false, why, record });

export const NOT_LISTED = 'the event is not listed';

/**
 * Returns the single call that a list of events requests. Events without a number are left out. If no event has a number, the
 * first event counts, because `map` may find the number.
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
