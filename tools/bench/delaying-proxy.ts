import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DelayingProxy {
  url: string;
  /** How often clients have waited for the network: once for each new connection and once for each reply. */
  readonly roundTrips: number;
  close(): Promise<void>;
}

/** Starts a TCP proxy on loopback that delays each new connection and each reply by the time of a round trip. */
export async function delayingProxy(target: string, roundTripMs: number): Promise<DelayingProxy> {
  const { port, protocol } = new URL(target);
  const sockets = new Set<Socket>();
  let roundTrips = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(port), '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay().on('error', () => undefined));
      socket.once('close', () => sockets.delete(socket));
    }
    let speaks: Socket | undefined;
    const relay = (from: Socket, to: Socket, delay: () => Promise<unknown>): void => {
      let passed: Promise<unknown> = Promise.resolve();
      const later = (pass: () => void): void => {
        const delayed = delay();
        passed = passed.then(() => delayed).then(pass);
      };
      from.on('data', (bytes) => {
        if (from === client && speaks !== client) roundTrips += 1;
        speaks = from;
        later(() => to.write(bytes));
      });
      from.on('close', () => later(() => to.destroySoon()));
    };
    roundTrips += 1;
    const connected = sleep(roundTripMs);
    relay(client, upstream, () => connected);
    // Replies get the whole delay of a round trip: Node's timers cannot split 3 ms into halves.
    relay(upstream, client, () => sleep(roundTripMs));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`,
    get roundTrips() {
      return roundTrips;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
