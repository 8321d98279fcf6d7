/** One `Name: value` line. Strings here hold one byte per character (latin1): AJAM is transparent for 8-bit bytes. */
export type Header = readonly [name: string, value: string];
export type Packet = readonly Header[];

/** Every line ends CR LF and every packet with an empty line; nothing stands before, between or after packets. */
export function serialise(packets: readonly Packet[]): string {
  return packets.map((packet) => `${packet.map(line).join('')}\r\n`).join('');
}

function line([name, value]: Header): string {
  return `${name}: ${value}\r\n`;
}

export function bytesToUtf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
