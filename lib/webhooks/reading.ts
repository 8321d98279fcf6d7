/** What a sender's event asks for. */
export type Reading = NoCall | WantedCall;

export interface NoCall {
  call: false;
  /** For the log: a few words that contain nothing of the event. */
  why: string;
  /** As in WantedCall. */
  record?: string | undefined;
}

export interface WantedCall {
  call: true;
  /** Fields of a callback request. `map` may replace them, or add what is missing. */
  fields: Record<string, unknown>;
  /** The sender's own id of the user whose phone rings. `agents` of the settings translates it to an extension. */
  user?: string | undefined;
  /** The same for every delivery of one event, and for no other event. Left out if the sender has nothing like it. */
  key?: string | undefined;
  /** For senders that use a key again: the same for every delivery of one event, and for no later event. */
  delivery?: string | undefined;
  /** Whether the delivery asks for other calls too. */
  several?: boolean;
  /** When the event happened: Unix time in seconds, milliseconds or microseconds, or ISO 8601. */
  time?: unknown;
  /** The lead, contact or other record, for the log: `lead 17`. Written by `recordName`. */
  record?: string | undefined;
}

export const noCall = (why: string, record?: string): NoCall => ({ call: false, why, record });

/** Every source says it in the same words. */
export const NOT_LISTED = 'the event is not listed';

/**
 * Returns the one call that a list of events asks for. Events without a number only count if no event has one, because
 * `map` may know it.
 */
export function singleCall(calls: readonly WantedCall[]): Reading {
  const numbered = calls.filter(({ fields }) => fields['to'] !== undefined);
  const [first = calls[0], ...others] = numbered;
  if (!first) return noCall(NOT_LISTED);
  const isOther = ({ fields, user }: WantedCall) =>
    fields['to'] !== first.fields['to'] || user !== first.user;
  // A second delivery may list the events in another order.
  const [key] = numbered.flatMap((each) => each.key ?? []).toSorted();
  return { ...first, several: others.some(isOther), ...(key !== undefined && { key }) };
}

/** Returns the name of a record for the log, or undefined if it could reveal the number that is called. */
export function recordName(
  type: string | undefined,
  id: string | undefined,
  number?: string,
): string | undefined {
  if (!/^[A-Za-z_]{1,24}$/.test(type ?? '') || !/^[A-Za-z0-9_-]{1,40}$/.test(id ?? '')) return undefined;
  const [inId, called] = [id, number].map((text) => text?.replace(/\D/g, '').slice(-7) ?? '');
  return called !== '' && inId === called ? undefined : `${type?.toLowerCase()} ${id}`;
}
