import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ephemeral range (32768 and up): there, any outgoing connection could take a port between the check and its use.
const first = 10_000;
const count = 10_000;
const taken = new Set<number>();

/** Returns a port of 127.0.0.1 that is free for TCP and UDP and that this process has not returned before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * count);
    if (taken.has(port)) continue;
    taken.add(port);
    if ((await tcpIsFree(port)) && (await udpIsFree(port))) return port;
  }
}

/** Returns a range for Asterisk's RTP. Asterisk skips ports in use, so two ranges may overlap. */
export function rtpRange(): { start: number; end: number } {
  const start = 20_000 + 2 * Math.floor(Math.random() * 3_000);
  return { start, end: start + 6_000 };
}

export async function tcpIsFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Returns false once a program listens there. */
export async function udpIsFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
