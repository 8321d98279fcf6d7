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
const DEL = 127;
/** In UTF-8 the control characters U+0080 to U+009F begin with this byte. Some letters do too. */
const C1 = 0xc2;
const CONTROL = /[^\P{Cc}\t\n\r]/gu;

/**
 * Reads a rawman body while it arrives and passes on each packet once, in order.
 *
 * It accepts three irregularities of Asterisk: superfluous empty lines (some error texts end with a line feed), bare line
 * feeds, and values with line feeds. Such a value continues in lines without a colon, even after an empty line. Therefore a
 * packet is passed on when the next one begins.
 *
 * Control characters could change a terminal and become U+FFFD. Values are cut to 500 characters.
 *
 * The strings of a packet share one text of at most 64 KB and never a whole chunk, so a caller may keep them.
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
    for (let at = scanned; at < end; at += 1) {
      const byte = data[at] as number;
      if (byte === LF) {
        if (this.#lineIsEmpty) {
          this.#readBlock(data, start, at);
          start = at + 1;
        }
        this.#lineIsEmpty = true;
      } else if (byte !== CR) {
        this.#lineIsEmpty = false;
        if (byte === 0) throw notAjam('it contains a NUL byte');
        if ((byte < 32 && byte !== TAB) || byte === DEL || byte === C1) this.#mayHoldControls = true;
      }
    }
    if (end - start > MAX_PACKET_BYTES) throw tooLarge();
    this.#keep(data, start, end);
  }

  /** Passes on the last packet. @throws AjamError AJAM_NO_REPLY if the body ends without an empty line. */
  end(): void {
    if (!this.#lineIsEmpty || hasLines(this.#rest.subarray(0, this.#restLength))) {
      this.#readBlock(this.#rest, 0, this.#restLength);
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
    if (end - start <= 1) return;
    if (end - start > MAX_PACKET_BYTES) throw tooLarge();
    this.#blocks += 1;
    if (this.#blocks > MAX_BLOCKS || this.#lines > MAX_LINES) throw notAjam('it contains too many packets');
    let text = data.toString('utf8', start, end);
    if (this.#mayHoldControls) text = text.replace(CONTROL, '\ufffd');
    this.#mayHoldControls = false;
    let isOpen = false;
    for (let from = 0; from < text.length; ) {
      const feed = text.indexOf('\n', from);
      const to = feed === -1 ? text.length : feed;
      const line = text.charCodeAt(to - 1) === CR ? text.slice(from, to - 1) : text.slice(from, to);
      from = to + 1;
      this.#lines += 1;
      // Between the empty lines that end a packet there may be a single CR.
      if (line !== '') isOpen = this.#readLine(line, isOpen, text.length);
    }
  }

  /** Returns whether a packet of this block is open. */
  #readLine(line: string, isOpen: boolean, bytes: number): boolean {
    const header = parseHeader(line);
    if (isOpen && header && this.#last) {
      if (this.#last.headers.length >= MAX_HEADERS) throw tooLarge();
      if (header[0] === 'Event' || header[0] === 'Privilege') this.#checkAlone(header[0], this.#last.headers);
      this.#last.headers.push(header);
      return true;
    }
    if (header && isFirstHeader(header)) {
      this.#handOver();
      this.#last = { headers: [header], bytes };
      return true;
    }
    if (!this.#last) throw notAjam('it begins with neither Response nor Event');
    continueValue(this.#last.headers, line);
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

function parseHeader(line: string): Header | undefined {
  const colon = line.indexOf(':');
  if (colon <= 0 || colon > MAX_NAME_LENGTH) return undefined;
  const from = line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1;
  return [line.slice(0, colon), line.slice(from, from + MAX_TEXT_LENGTH)];
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
