import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Pbx } from './types.ts';

/** A digit that a phone received in its media. */
export interface HeardDigit {
  digit: string;
  /** The PBX's media port of that call: `rtpPort` of the call's `Invite`. */
  rtpPort: number;
  /** When the digit began, in milliseconds since the epoch. */
  at: number;
}

const telephoneEvent = 101; // the payload type of our phones' SDP
const keys = '0123456789*#ABCD'; // by event code, RFC 4733 section 3.2

/** Receives the media of every phone and writes each digit to `file` once, however often its packets repeat. */
export async function listenForDigits(file: string): Promise<{ port: number; close(): void }> {
  const lastStart = new Map<number, number>();
  const socket = createSocket('udp4');
  writeFileSync(file, '');
  socket.on('message', (packet, { port }) => {
    if (packet.length < 16 || (packet.readUInt8(1) & 0x7f) !== telephoneEvent) return;
    // All packets of one key press carry the timestamp of its beginning (RFC 4733 section 2.2).
    const start = packet.readUInt32BE(4);
    if (lastStart.get(port) === start) return;
    lastStart.set(port, start);
    const digit = keys.charAt(packet.readUInt8(12 + 4 * (packet.readUInt8(0) & 0x0f)));
    const heard: HeardDigit = { digit, rtpPort: port, at: Date.now() };
    appendFileSync(file, `${JSON.stringify(heard)}\n`);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}

/** Returns every digit that phones received since the start, oldest first. */
export async function readDigits(pbx: Pick<Pbx, 'digitsLog'>): Promise<HeardDigit[]> {
  const lines = (await readFile(pbx.digitsLog, 'utf8')).split('\n');
  return lines.filter((line) => line !== '').map((line): HeardDigit => JSON.parse(line));
}
