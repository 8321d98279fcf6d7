import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { hostOf, portOf } from './address.ts';
import { ok, type Verdict, warn } from './finding.ts';
import { firstEvent } from './first-event.ts';

/** How many connections are opened at once. */
const SPARE = 10;
const CONNECT_MS = 5000;
/** How long to wait for a close. Above `sessionlimit` Asterisk accepts a connection and closes it at once. */
const HANG_UP_MS = 100;

/** Checks whether Asterisk's HTTP server has free connections. Sends nothing on them. */
export async function checkConnections(url: URL): Promise<Verdict> {
  const at = { host: hostOf(url), port: portOf(url) };
  const sockets = Array.from({ length: SPARE }, () =>
    // A handshake that stops in the middle leaves an error in the log of Asterisk.
    url.protocol === 'https:' ? connectTls({ ...at, rejectUnauthorized: false }) : connect(at),
  );
  try {
    const refused = sockets.map(wasRefused);
    const count = (await Promise.all(refused)).filter(Boolean).length;
    if (count === 0) return ok(`accepts ${SPARE} simultaneous connections`);
    return warn(
      `${count} of ${SPARE} simultaneous connections were closed or not accepted, so sessionlimit is nearly reached`,
      'raise sessionlimit in http.conf and run `asterisk -rx "module reload http"`. The default is 100 connections, and phones in browsers use connections, too',
    );
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function wasRefused(socket: Socket): Promise<boolean> {
  const started = performance.now();
  // A socket reports its close only after all data was read.
  socket.resume();
  const gone = new Promise<boolean>((resolve) => {
    socket
      .on('error', () => resolve(true))
      .on('close', () => resolve(true))
      .on('end', () => resolve(true));
  });
  const connected = socket instanceof TLSSocket ? 'secureConnect' : 'connect';
  // A firewall that counts connections may drop some.
  const stayed = firstEvent(socket, connected, CONNECT_MS)
    .then(() => sleep(HANG_UP_MS + performance.now() - started))
    .then(
      () => false,
      () => true,
    );
  return await Promise.race([gone, stayed]);
}
