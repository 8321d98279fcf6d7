import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { hostOf, portOf } from './address.ts';
import { fail, type Verdict } from './finding.ts';

/** AMI over TCP speaks first, and at once. */
const GREETING_MS = 1500;
const BANNER = /^Asterisk Call Manager\/[\w.]{1,20}/;

/** How a port greets that is of AMI over TCP, with TLS or without; an HTTP server says nothing before it is asked. */
export async function amiBanner(url: URL): Promise<string | undefined> {
  const at = { host: hostOf(url), port: portOf(url) };
  const greetings = await Promise.all([
    greetingOf(connect(at)),
    ...(url.protocol === 'https:' ? [greetingOf(connectTls({ ...at, rejectUnauthorized: false }))] : []),
  ]);
  return greetings.map((line) => BANNER.exec(line)?.[0]).find((banner) => banner !== undefined);
}

async function greetingOf(socket: Socket): Promise<string> {
  socket.on('error', () => undefined);
  try {
    const [first] = await once(socket, 'data', { signal: AbortSignal.timeout(GREETING_MS) });
    return String(first);
  } catch {
    return '';
  } finally {
    socket.destroy();
  }
}

export const isAmi = (url: URL, banner: string): Verdict =>
  fail(
    `port ${portOf(url)} is that of AMI over TCP ("${banner}"), and not HTTP`,
    "write the port of Asterisk's HTTP server in the url, 8089 with https by default, and the prefix of http.conf (`ss -ltnp` shows the port); AMI over TCP is of no use here and can stay closed",
  );
