import { AjamError } from './errors.ts';
import type { Packet } from './packet.ts';
import { notAjam, PacketBuilder, tooLarge } from './packet-builder.ts';

/** Asterisk's own packets stay below 16 KB. */
const MAX_BLOCK_BYTES = 65_536;

const TAB = 9;
const LF = 10;
const CR = 13;
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
 * Looks for empty lines in each chunk. The bytes before an empty line are a block, and PacketBuilder reads the text of the block.
 * If the last block of a chunk has not ended, its bytes are kept, and the next chunk is appended to them. No byte is scanned
 * twice.
 *
 * Accepts three irregularities of Asterisk: superfluous empty lines (some error texts end with a line feed), bare line feeds, and
 * values with line feeds. Such a value continues in lines without a colon, even after an empty line.
 *
 * Control characters could change a terminal and become U+FFFD. The strings of a packet are slices of a text of at most 64 KB,
 * not of a chunk. So a caller that keeps them does not keep a whole chunk in memory.
 */
export class PacketParser {
  readonly #builder: PacketBuilder;
  /** Begins with the bytes of the block that has not ended yet. */
  #kept: Buffer = Buffer.alloc(0);
  #keptLength = 0;
  #lineIsEmpty = true;
  /** Whether the block that has not ended yet may contain control characters. */
  #mayHoldControls = false;

  /** @param onPacket Receives each packet, and about how many bytes of memory it takes. */
  constructor(onPacket: (packet: Packet, bytes: number) => void) {
    this.#builder = new PacketBuilder(onPacket);
  }

  /**
   * @throws AjamError AJAM_NOT_AJAM if the body does not begin with a packet, if it contains a NUL byte, which Asterisk cannot
   *   send, or if a packet is larger than any that Asterisk sends.
   */
  write(chunk: Buffer): void {
    const scannedEnd = this.#keptLength;
    const data = scannedEnd === 0 ? chunk : this.#append(chunk);
    const dataEnd = scannedEnd + chunk.length;
    let blockStart = 0;
    let lineIsEmpty = this.#lineIsEmpty;
    for (let position = scannedEnd; position < dataEnd; position += 1) {
      const textStart = position;
      while (position < dataEnd && IS_SPECIAL[data[position] as number] === 0) position += 1;
      if (position > textStart) lineIsEmpty = false;
      if (position >= dataEnd) break;
      const byte = data[position];
      if (byte === LF) {
        if (lineIsEmpty) {
          if (position - blockStart > 1) this.#readBlock(data, blockStart, position);
          blockStart = position + 1;
        }
        lineIsEmpty = true;
      } else if (byte !== CR) {
        lineIsEmpty = false;
        if (byte === 0) throw notAjam('it contains a NUL byte');
        this.#mayHoldControls = true;
      }
    }
    this.#lineIsEmpty = lineIsEmpty;
    if (dataEnd - blockStart > MAX_BLOCK_BYTES) throw tooLarge();
    this.#keep(data, blockStart, dataEnd);
  }

  /** Passes on the last packet. @throws AjamError AJAM_NO_REPLY if the body ends without an empty line. */
  end(): void {
    if (!this.#lineIsEmpty || hasLines(this.#kept.subarray(0, this.#keptLength))) {
      if (this.#keptLength > 1) this.#readBlock(this.#kept, 0, this.#keptLength);
      throw new AjamError('AJAM_NO_REPLY', 'The reply ends in the middle of a packet', { mayHaveRun: true });
    }
    this.#builder.end();
  }

  /** Appends a chunk to the kept bytes. Returns the buffer of both. */
  #append(chunk: Buffer): Buffer {
    const length = this.#keptLength + chunk.length;
    if (length > this.#kept.length) {
      const larger = Buffer.allocUnsafe(length * 2);
      this.#kept.copy(larger, 0, 0, this.#keptLength);
      this.#kept = larger;
    }
    chunk.copy(this.#kept, this.#keptLength);
    return this.#kept;
  }

  /** Keeps the bytes of the block that has not ended. */
  #keep(data: Buffer, blockStart: number, dataEnd: number): void {
    this.#keptLength = 0;
    if (blockStart === dataEnd) return;
    if (data === this.#kept) this.#kept.copyWithin(0, blockStart, dataEnd);
    else this.#append(data.subarray(blockStart, dataEnd));
    this.#keptLength = dataEnd - blockStart;
  }

  #readBlock(data: Buffer, start: number, end: number): void {
    if (end - start > MAX_BLOCK_BYTES) throw tooLarge();
    const text = data.toString('utf8', start, end);
    this.#builder.addBlock(this.#mayHoldControls ? text.replace(CONTROL, '\ufffd') : text);
    this.#mayHoldControls = false;
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

const hasLines = (bytes: Buffer): boolean => bytes.some((byte) => byte !== LF && byte !== CR);
