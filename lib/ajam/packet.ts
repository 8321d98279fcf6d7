export type Header = readonly [name: string, value: string];

/** A block of `Name: value` lines. Values are at most 500 characters long. */
export interface Packet {
  readonly kind: 'response' | 'event';
  /** `Success`, `Error` or `Goodbye` for a response; `Hangup`, `Newchannel` and so on for an event. */
  readonly name: string;
  readonly headers: readonly Header[];
}

/** Records are written to logs. Further headers are left out. */
const MAX_RECORD_HEADERS = 64;

/** Returns the first value of a header. Upper and lower case in its name make no difference. */
export function header(packet: Packet, name: string): string | undefined {
  for (const each of packet.headers) if (isSameName(each[0], name)) return each[1];
  return undefined;
}

/** Returns every value of a header that repeats (`Variable`, `Output`). */
export function headerValues(packet: Packet, name: string): string[] {
  return packet.headers.filter(([key]) => isSameName(key, name)).map(([, value]) => value);
}

/** Returns the packet as a plain object for JSON. A repeated header becomes a list. Only the first 64 headers are included. */
export function packetRecord(packet: Packet): Record<string, string | string[]> {
  const byName = Map.groupBy(packet.headers.slice(0, MAX_RECORD_HEADERS), ([name]) => name);
  return Object.fromEntries(
    Array.from(byName, ([name, headers]) => {
      const [first = '', ...more] = headers.map(([, value]) => value);
      return [name, more.length > 0 ? [first, ...more] : first];
    }),
  );
}

// Called for every header of every event of a PBX. So it compares the lengths first, which is cheap and mostly enough.
const isSameName = (key: string, name: string): boolean =>
  key.length === name.length && (key === name || key.toLowerCase() === name.toLowerCase());
