import { AjamError } from './errors.ts';
import type { Header, Packet } from './packet.ts';
import { cutText, MAX_TEXT_LENGTH } from './text.ts';

const MAX_HEADERS = 2000;
/** `ChanVariable(<channel>)` is the longest name that Asterisk writes. The name of a channel has at most 80 bytes. */
const MAX_NAME_LENGTH = 128;
/**
 * The largest reply, 64 MB, holds about 200,000 events of 16 lines. So replies of Asterisk stay below these two limits. More
 * blocks or lines would only cost time.
 */
const MAX_BLOCKS = 400_000;
const MAX_LINES = 5_000_000;

const CR = 13;
const BLANK = 32;

/**
 * Builds packets from blocks, which are the lines between two empty lines. A line is either a header, or it continues
 * the value before it. A value may continue in the next block, so a packet is passed on when the next packet begins.
 *
 * Values are cut to 500 characters. The strings of a packet are slices of the text of its block.
 */
export class PacketBuilder {
  readonly #onPacket: (packet: Packet, bytes: number) => void;
  #blocks = 0;
  #lines = 0;
  /** The packet that is not passed on yet. */
  #open: { headers: Header[]; bytes: number } | undefined;

  constructor(onPacket: (packet: Packet, bytes: number) => void) {
    this.#onPacket = onPacket;
  }

  /** Reads the lines of a block. @throws AjamError AJAM_NOT_AJAM. */
  addBlock(block: string): void {
    this.#blocks += 1;
    if (this.#blocks > MAX_BLOCKS || this.#lines > MAX_LINES) throw notAjam('it contains too many packets');
    let hasPacket = false;
    let colon = -1;
    for (let lineStart = 0; lineStart < block.length; ) {
      // A colon of a later line is kept until that line, so that no character is searched twice.
      if (colon < lineStart) colon = indexOfOrEnd(block, ':', lineStart);
      const lineFeed = indexOfOrEnd(block, '\n', lineStart);
      const lineEnd = block.charCodeAt(lineFeed - 1) === CR ? lineFeed - 1 : lineFeed;
      this.#lines += 1;
      // Between the empty lines that end a packet there may be a single CR.
      if (lineEnd > lineStart) hasPacket = this.#addLine(block, lineStart, colon, lineEnd, hasPacket);
      lineStart = lineFeed + 1;
    }
  }

  /** Passes on the last packet. */
  end(): void {
    if (!this.#open) return;
    const { headers, bytes } = this.#open;
    this.#open = undefined;
    const [first = ['', '']] = headers;
    const kind = first[0].toLowerCase() === 'event' ? 'event' : 'response';
    this.#onPacket({ kind, name: first[1], headers }, bytes);
  }

  /**
   * Reads one line of a block. Receives positions in the block instead of the line, because a slice costs time.
   *
   * @param colon The first colon in this line or in a later line.
   * @param hasPacket Whether a packet has begun in this block, so that further lines are its headers.
   * @returns `hasPacket` for the next line.
   */
  #addLine(block: string, lineStart: number, colon: number, lineEnd: number, hasPacket: boolean): boolean {
    const header = headerIn(block, lineStart, colon, lineEnd);
    if (hasPacket && header && this.#open) {
      addHeader(this.#open.headers, header);
      return true;
    }
    if (header && beginsPacket(header)) {
      this.end();
      this.#open = { headers: [header], bytes: block.length };
      return true;
    }
    if (!this.#open) throw notAjam('it begins with neither Response nor Event');
    continueValue(this.#open.headers, block.slice(lineStart, lineEnd));
    return hasPacket;
  }
}

/** Returns the header in a line. Undefined if the line is more of the value before it. */
function headerIn(block: string, lineStart: number, colon: number, lineEnd: number): Header | undefined {
  if (colon <= lineStart || colon >= lineEnd || colon > lineStart + MAX_NAME_LENGTH) return undefined;
  const valueStart = block.charCodeAt(colon + 1) === BLANK ? colon + 2 : colon + 1;
  const valueEnd = Math.min(lineEnd, valueStart + MAX_TEXT_LENGTH);
  return [block.slice(lineStart, colon), block.slice(valueStart, valueEnd)];
}

function indexOfOrEnd(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at === -1 ? text.length : at;
}

function addHeader(headers: Header[], header: Header): void {
  const [name] = header;
  if (headers.length >= MAX_HEADERS) throw tooLarge();
  // Asterisk writes these headers once in each event. A second header means that the empty line before it was damaged.
  if ((name === 'Event' || name === 'Privilege') && headers.some(([other]) => other === name))
    throw notAjam('it contains two packets without an empty line between them');
  headers.push(header);
}

// An OriginateResponse event has a Response header too. Only the first header says what a packet is.
const beginsPacket = ([name]: Header): boolean =>
  name === 'Event' || name === 'Response' || /^(response|event)$/i.test(name);

function continueValue(headers: Header[], line: string): void {
  const [name, value] = headers.at(-1) ?? ['', ''];
  if (value.length < MAX_TEXT_LENGTH) headers[headers.length - 1] = [name, cutText(`${value}\n${line}`)];
}

export const notAjam = (why: string): AjamError =>
  new AjamError('AJAM_NOT_AJAM', `The reply is not AJAM: ${why}`, { mayHaveRun: true });

export const tooLarge = (): AjamError => notAjam('a packet in it is larger than any that Asterisk sends');
