import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { hostOf, portOf } from './address.ts';
import { fail, type Verdict } from './finding.ts';
import { firstEvent } from './first-event.ts';

/** How long to wait for the greeting. AMI over TCP greets at once. An HTTP server waits for a request. */
const GREETING_MS = 1500;
const BANNER = /^Asterisk Call Manager\/[\w.]{1,20}/;

/** Returns the greeting of a port of AMI over TCP, with or without TLS. Undefined for any other port. */
export async function amiBanner(url: URL): Promise<string | undefined> {
  const at = { host: hostOf(url), port: portOf(url) };
  const greetings = await Promise.all([
    greetingOf(connect(at)),
    ...(url.protocol === 'https:' ? [greetingOf(connectTls({ ...at, rejectUnauthorized: false }))] : []),
  ]);
  return greetings.map((line) => BANNER.exec(line)?.[0]).find((banner) => banner !== undefined);
}

async function greetingOf(socket: Socket): Promise<string> {
  try {
    return String(await firstEvent(socket, 'data', GREETING_MS));
  } catch {
    return '';
  } finally {
    socket.destroy();
  }
}

export const isAmi = (url: URL, banner: string): Verdict =>
  fail(
    `port ${portOf(url)} is AMI over TCP ("${banner}"), not HTTP`,
    "write the port of Asterisk's HTTP server in the url (8089 with https by default), and the prefix of http.conf. `ss -ltnp` shows the ports. Callbacks do not use AMI over TCP, so its port can stay closed",
  );
