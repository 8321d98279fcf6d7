import { AjamError } from './errors.ts';
import type { Header, Packet } from './packet.ts';
import { cutText, MAX_TEXT_LENGTH } from './text.ts';

/** Asterisk's own packets stay below 16 KB. */
const MAX_PACKET_BYTES = 65_536;
const MAX_HEADERS = 2000;
/** `ChanVariable(<channel>)` is the longest name that Asterisk writes; a channel's name has at most 80 bytes. */
const MAX_NAME_LENGTH = 128;
/**
 * The largest reply, 64 MB, holds about 200,000 events of 16 lines. So replies of Asterisk stay below these two limits. To read
 * more blocks or lines than that would only cost time.
 */
const MAX_BLOCKS = 400_000;
const MAX_LINES = 5_000_000;

const TAB = 9;
const LF = 10;
const CR = 13;
const BLANK = 32;
const DEL = 127;
/** In UTF-8 the control characters U+0080 to U+009F begin with this byte. Some letters do too. */
const C1 = 0xc2;
const CONTROL = /[^\P{Cc}\t\n\r]/gu;
/** Has a 1 for each byte that ends a line or may be a control character. A table is faster than comparisons. */
const IS_SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 32 && byte !== TAB) || byte === DEL || byte === C1 ? 1 : 0,
);

/**
 * Reads a rawman body while it arrives and passes on each packet once, in order.
 *
 * It accepts three irregularities of Asterisk: superfluous empty lines (some error texts end with a line feed), bare line
 * feeds, and values with line feeds. Such a value continues in lines without a colon, even after an empty line. Therefore a
 * packet is passed on when the next one begins.
 *
 * Control characters could change a terminal and become U+FFFD. Values are cut to 500 characters.
 *
 * The strings of a packet are slices of its own text of at most 64 KB, not of a chunk. So a caller that keeps them does not
 * keep a whole chunk in memory.
 */
export class PacketParser {
  readonly #onPacket: (packet: Packet, bytes: number) => void;
  /** The bytes of the block that has not ended yet. */
  #rest: Buffer = Buffer.alloc(0);
  #restLength = 0;
  #lineIsEmpty = true;
  /** Whether the block that has not ended yet may contain control characters. */
  #mayHoldControls = false;
  #blocks = 0;
  #lines = 0;
  #last: { headers: Header[]; bytes: number } | undefined;

  /** @param onPacket Receives each packet, and about how many bytes of memory it takes. */
  constructor(onPacket: (packet: Packet, bytes: number) => void) {
    this.#onPacket = onPacket;
  }

  /**
   * @throws AjamError AJAM_NOT_AJAM if the body does not begin with a packet, if it contains a NUL byte (Asterisk cannot send
   *   one), or if a packet is larger than Asterisk's can be.
   */
  write(chunk: Buffer): void {
    const scanned = this.#restLength;
    const data = scanned === 0 ? chunk : this.#append(chunk);
    const end = scanned + chunk.length;
    let start = 0;
    let lineIsEmpty = this.#lineIsEmpty;
    for (let at = scanned; at < end; at += 1) {
      const from = at;
      while (at < end && IS_SPECIAL[data[at] as number] === 0) at += 1;
      if (at > from) lineIsEmpty = false;
      if (at >= end) break;
      const byte = data[at];
      if (byte === LF) {
        if (lineIsEmpty) {
          if (at - start > 1) this.#readBlock(data, start, at);
          start = at + 1;
        }
        lineIsEmpty = true;
      } else if (byte !== CR) {
        lineIsEmpty = false;
        if (byte === 0) throw notAjam('it contains a NUL byte');
        this.#mayHoldControls = true;
      }
    }
    this.#lineIsEmpty = lineIsEmpty;
    if (end - start > MAX_PACKET_BYTES) throw tooLarge();
    this.#keep(data, start, end);
  }

  /** Passes on the last packet. @throws AjamError AJAM_NO_REPLY if the body ends without an empty line. */
  end(): void {
    if (!this.#lineIsEmpty || hasLines(this.#rest.subarray(0, this.#restLength))) {
      if (this.#restLength > 1) this.#readBlock(this.#rest, 0, this.#restLength);
      throw new AjamError('AJAM_NO_REPLY', 'The reply ends in the middle of a packet', { mayHaveRun: true });
    }
    this.#handOver();
  }

  #append(chunk: Buffer): Buffer {
    const length = this.#restLength + chunk.length;
    if (length > this.#rest.length) {
      const larger = Buffer.allocUnsafe(length * 2);
      this.#rest.copy(larger, 0, 0, this.#restLength);
      this.#rest = larger;
    }
    chunk.copy(this.#rest, this.#restLength);
    return this.#rest;
  }

  #keep(data: Buffer, start: number, end: number): void {
    this.#restLength = 0;
    if (start === end) return;
    if (data === this.#rest) this.#rest.copyWithin(0, start, end);
    else this.#append(data.subarray(start, end));
    this.#restLength = end - start;
  }

  /** Reads the lines before an empty line: a packet, or more of the last value. */
  #readBlock(data: Buffer, start: number, end: number): void {
    if (end - start > MAX_PACKET_BYTES) throw tooLarge();
    this.#blocks += 1;
    if (this.#blocks > MAX_BLOCKS || this.#lines > MAX_LINES) throw notAjam('it contains too many packets');
    let text = data.toString('utf8', start, end);
    if (this.#mayHoldControls) text = text.replace(CONTROL, '\ufffd');
    this.#mayHoldControls = false;
    let isOpen = false;
    let colon = -1;
    for (let from = 0; from < text.length; ) {
      if (colon < from) colon = indexOfOrEnd(text, ':', from);
      const next = indexOfOrEnd(text, '\n', from);
      const to = text.charCodeAt(next - 1) === CR ? next - 1 : next;
      this.#lines += 1;
      // Between the empty lines that end a packet there may be a single CR.
      if (to > from) isOpen = this.#readLine(text, from, colon, to, isOpen);
      from = next + 1;
    }
  }

  /**
   * Reads the line from `from` to `to`. Takes no slice of the line, to save time.
   *
   * @param colon The next colon at or after `from`, perhaps in a later line.
   * @returns whether a packet has begun in this block, so that further lines are its headers.
   */
  #readLine(text: string, from: number, colon: number, to: number, isOpen: boolean): boolean {
    const header = parseHeader(text, from, colon, to);
    if (isOpen && header && this.#last) {
      const { headers } = this.#last;
      if (headers.length >= MAX_HEADERS) throw tooLarge();
      if (header[0] === 'Event' || header[0] === 'Privilege') this.#checkAlone(header[0], headers);
      headers.push(header);
      return true;
    }
    if (header && isFirstHeader(header)) {
      this.#handOver();
      this.#last = { headers: [header], bytes: text.length };
      return true;
    }
    if (!this.#last) throw notAjam('it begins with neither Response nor Event');
    continueValue(this.#last.headers, text.slice(from, to));
    return isOpen;
  }

  /** Asterisk writes this header once in each event. A second one means that the empty line before it was damaged. */
  #checkAlone(name: string, headers: readonly Header[]): void {
    if (headers.some(([other]) => other === name))
      throw notAjam('it contains two packets without an empty line between them');
  }

  #handOver(): void {
    if (!this.#last) return;
    const { headers, bytes } = this.#last;
    this.#last = undefined;
    const [first = ['', '']] = headers;
    const kind = first[0].toLowerCase() === 'event' ? 'event' : 'response';
    this.#onPacket({ kind, name: first[1], headers }, bytes);
  }
}

/**
 * Returns the packets of a complete rawman body.
 *
 * @throws AjamError AJAM_NOT_AJAM, AJAM_NO_REPLY as PacketParser does.
 */
export function parsePackets(body: string): Packet[] {
  const packets: Packet[] = [];
  const parser = new PacketParser((packet) => packets.push(packet));
  parser.write(Buffer.from(body));
  parser.end();
  return packets;
}

/** Returns the header in the line from `from` to `to`. Undefined if the line is more of the value before it. */
function parseHeader(text: string, from: number, colon: number, to: number): Header | undefined {
  if (colon <= from || colon >= to || colon > from + MAX_NAME_LENGTH) return undefined;
  const start = text.charCodeAt(colon + 1) === BLANK ? colon + 2 : colon + 1;
  return [text.slice(from, colon), text.slice(start, Math.min(to, start + MAX_TEXT_LENGTH))];
}

function indexOfOrEnd(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at === -1 ? text.length : at;
}

const hasLines = (bytes: Buffer): boolean => bytes.some((byte) => byte !== LF && byte !== CR);

// An OriginateResponse event has a Response header too. Only the first header says what a packet is.
const isFirstHeader = ([name]: Header): boolean =>
  name === 'Event' || name === 'Response' || /^(response|event)$/i.test(name);

function continueValue(headers: Header[], line: string): void {
  const [name, value] = headers.at(-1) ?? ['', ''];
  if (value.length < MAX_TEXT_LENGTH) headers[headers.length - 1] = [name, cutText(`${value}\n${line}`)];
}

const notAjam = (why: string): AjamError =>
  new AjamError('AJAM_NOT_AJAM', `The reply is not AJAM: ${why}`, { mayHaveRun: true });

const tooLarge = (): AjamError => notAjam('a packet in it is larger than any that Asterisk sends');
