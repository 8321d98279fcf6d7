import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Server extends AsyncDisposable {
  url: string;
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<Server> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Gives the same answer to every request. */
export const answering = (status: number, headers: Record<string, string>, body = ''): Promise<Server> =>
  serve((_request, response) => response.writeHead(status, headers).end(body));

/** A proxy in front of Asterisk, with faults. */
export const proxyTo = (
  url: string,
  {
    delayMs = 0,
    dropCookies = false,
    prefix = '',
  }: { delayMs?: number; dropCookies?: boolean; prefix?: string },
): Promise<Server> =>
  serve(async (incoming, response) => {
    await sleep(delayMs);
    const path = incoming.url ?? '/';
    if (!path.startsWith(`${prefix}/`)) return void response.writeHead(404, { server: 'Asterisk' }).end();
    const { method, headers } = incoming;
    const outgoing = request(new URL(path.slice(prefix.length), url), { method: method ?? 'GET', headers });
    outgoing.on('error', () => response.destroy());
    outgoing.on('response', (reply) => {
      const { 'set-cookie': cookie, ...rest } = reply.headers;
      const kept = dropCookies || cookie === undefined ? rest : { ...rest, 'set-cookie': cookie };
      response.writeHead(reply.statusCode ?? 502, kept);
      reply.pipe(response);
    });
    incoming.pipe(outgoing);
  });
