import { AjamError } from './errors.ts';

export type Header = readonly [name: string, value: string];

/** A block of `Name: value` lines. `name` is `Success`, `Error` or `Goodbye` for a response, `Hangup` and the like for an event. */
export interface Packet {
  readonly kind: 'response' | 'event';
  readonly name: string;
  readonly headers: readonly Header[];
}

/** The first value of a header, in any case of its name. */
export function header(packet: Packet, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return packet.headers.find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** Every value of a header that repeats (`Variable`, `Output`, …). */
export function headerValues(packet: Packet, name: string): string[] {
  const wanted = name.toLowerCase();
  return packet.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

/** The packet as a plain object for JSON; a header that repeats becomes a list. */
export function packetRecord(packet: Packet): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of packet.headers) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  const entries = Array.from(values, ([name, [first = '', ...more]]): [string, string | string[]] => [
    name,
    more.length > 0 ? [first, ...more] : first,
  ]);
  return Object.fromEntries(entries);
}

/**
 * Reads a rawman body: none to many packets, as the AMI would have sent them.
 *
 * Tolerated because Asterisk does it: blank lines too many (some error texts carry a line feed of their own),
 * values with line feeds (they go on in lines without a colon, even after an empty line), bare LF.
 *
 * @throws AjamError AJAM_NOT_AJAM when the body does not begin with a packet.
 */
export function parsePackets(body: string): Packet[] {
  const packets: Packet[] = [];
  let open: { first: Header; headers: Header[] } | undefined;
  const close = (): void => {
    if (open) packets.push(finish(open.first, open.headers));
    open = undefined;
  };
  // The headers of the packet that a stray line belongs to, be it still open or just closed.
  let last: Header[] | undefined;

  for (const line of body.split(/\r?\n/)) {
    if (line === '') {
      close();
      continue;
    }
    const header = parseHeader(line);
    if (open && header) {
      open.headers.push(header);
    } else if (header && isFirstHeader(header)) {
      open = { first: header, headers: [header] };
      last = open.headers;
    } else if (last) {
      continueValue(last, line);
    } else {
      throw new AjamError(
        'AJAM_NOT_AJAM',
        'The reply is not AJAM: it begins with neither Response nor Event',
        {
          mayHaveRun: true,
        },
      );
    }
  }
  close();
  return packets;
}

function parseHeader(line: string): Header | undefined {
  const colon = line.indexOf(':');
  if (colon <= 0) return undefined;
  const value = line.charAt(colon + 1) === ' ' ? line.slice(colon + 2) : line.slice(colon + 1);
  return [line.slice(0, colon), value];
}

// An OriginateResponse event carries a Response header too: only the first header tells what a packet is.
const isFirstHeader = ([name]: Header): boolean => /^(response|event)$/i.test(name);

function continueValue(headers: Header[], line: string): void {
  const [name, value] = headers.pop() ?? ['', ''];
  headers.push([name, `${value}\n${line}`]);
}

function finish(first: Header, headers: readonly Header[]): Packet {
  const kind = first[0].toLowerCase() === 'event' ? 'event' : 'response';
  return { kind, name: first[1], headers };
}
