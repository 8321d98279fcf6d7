import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { KeyPair } from '../asterisk/types.ts';
import { relayExchanges } from './exchanges.ts';
import type { Fault } from './fault.ts';
import type { Exchange, Link } from './link.ts';
import { relayRaw } from './raw.ts';

export interface FaultProxy extends AsyncDisposable {
  url: string;
  /** The faults that have not struck yet. */
  faults: Fault[];
  /** The faults that struck. */
  struck: readonly Fault[];
  exchanges: readonly Exchange[];
}

export interface FaultProxyOptions {
  /** The PBX: `http://…` or `https://…`. */
  target: string;
  faults?: readonly Fault[];
  /**
   * To look into https: the proxy shows this certificate and encrypts anew. Without it the bytes of https are passed on as they
   * are, and a fault hits them encrypted.
   */
  tls?: KeyPair;
}

/**
 * A TCP proxy on loopback that cuts, resets, stalls, garbles, duplicates or delays at any byte of any exchange with a PBX, over
 * http and https.
 */
export async function startFaultProxy({ target, faults = [], tls }: FaultProxyOptions): Promise<FaultProxy> {
  const { protocol, port } = new URL(target);
  const isSecure = protocol === 'https:';
  const sockets = new Set<Socket>();
  const waiting = [...faults];
  const struck: Fault[] = [];
  const exchanges: Exchange[] = [];

  const hold = <T extends Socket>(socket: T): T => {
    sockets.add(socket.setNoDelay());
    socket.once('close', () => sockets.delete(socket));
    return socket.on('error', () => undefined);
  };
  const server = createServer((rawClient) => {
    const rawPbx = connect(Number(port), '127.0.0.1');
    hold(rawClient);
    hold(rawPbx);
    rawClient.once('close', () => rawPbx.destroySoon());
    rawPbx.once('close', () => rawClient.destroySoon());
    const isRead = isSecure && tls !== undefined;
    const client = isRead ? hold(new TLSSocket(rawClient, { ...tls, isServer: true })) : rawClient;
    const pbx = isRead ? hold(connectTls({ socket: rawPbx, rejectUnauthorized: false })) : rawPbx;
    const link: Link = {
      client,
      pbx,
      begin(action, request) {
        const exchange = { action, request, arrived: false };
        exchanges.push(exchange);
        return exchange;
      },
      take({ action, direction, from, to }) {
        const nth = exchanges.filter((exchange) => exchange.action === action).length;
        const index = waiting.findIndex(
          (fault) =>
            fault.action === action &&
            fault.nth === nth &&
            fault.direction === direction &&
            from <= fault.at &&
            fault.at <= to,
        );
        const [fault] = index === -1 ? [] : waiting.splice(index, 1);
        if (fault) struck.push(fault);
        return fault;
      },
      end(how) {
        if (how === 'cut') for (const socket of [client, pbx]) socket.destroySoon();
        if (how === 'reset') for (const socket of [rawClient, rawPbx]) socket.resetAndDestroy();
      },
    };
    if (isSecure && !tls) relayRaw(link);
    else void relayExchanges(link);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: waiting,
    struck,
    exchanges,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
