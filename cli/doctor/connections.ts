import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { hostOf, portOf } from './address.ts';
import { ok, type Verdict, warn } from './finding.ts';

/** So many functions at once are no flood. */
const SPARE = 10;
const CONNECT_MS = 5000;
/**
 * Past `sessionlimit` Asterisk takes a connection and hangs up at once. This long is waited for that, and as long again
 * as connecting took.
 */
const HANG_UP_MS = 100;

/** Whether Asterisk's HTTP server has connections left. Nothing is sent on them. */
export async function checkConnections(url: URL): Promise<Verdict> {
  const at = { host: hostOf(url), port: portOf(url) };
  const sockets = Array.from({ length: SPARE }, () =>
    // Whoever stops in the middle of a handshake gets an error into the log of Asterisk.
    url.protocol === 'https:' ? connectTls({ ...at, rejectUnauthorized: false }) : connect(at),
  );
  try {
    const refused = sockets.map(wasRefused);
    const count = (await Promise.all(refused)).filter(Boolean).length;
    if (count === 0) return ok(`${SPARE} connections at once are taken`);
    return warn(
      `of ${SPARE} connections at once, ${count} were hung up on or not taken: sessionlimit is nearly reached`,
      'raise sessionlimit in http.conf (100 by default; phones in browsers use up the same) and reload it',
    );
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function wasRefused(socket: Socket): Promise<boolean> {
  const started = performance.now();
  // Read to its end, or the hang-up would never be seen.
  socket.resume();
  const gone = new Promise<boolean>((resolve) => {
    socket
      .on('error', () => resolve(true))
      .on('close', () => resolve(true))
      .on('end', () => resolve(true));
  });
  const connected = socket instanceof TLSSocket ? 'secureConnect' : 'connect';
  // A firewall that counts may drop what is one too many.
  const stayed = once(socket, connected, { signal: AbortSignal.timeout(CONNECT_MS) })
    .then(() => sleep(HANG_UP_MS + performance.now() - started))
    .then(
      () => false,
      () => true,
    );
  return await Promise.race([gone, stayed]);
}
