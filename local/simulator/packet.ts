/** A line `Name: value`. A character stands for one byte (latin1), because AJAM does not change bytes. */
export type Header = readonly [name: string, value: string];
export type Packet = readonly Header[];

/** Ends every line with CR LF and every packet with an empty line. */
export function serialise(packets: readonly Packet[]): string {
  return packets.map((packet) => `${packet.map(line).join('')}\r\n`).join('');
}

function line([name, value]: Header): string {
  return `${name}: ${value}\r\n`;
}

export function bytesToUtf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
