import { once } from 'node:events';
import { Agent, createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Exchange {
  action: string;
  /** When the request was here, and when its reply: as `performance.now()` tells time. */
  asked: number;
  answered?: number;
  reply?: string;
}

/** What becomes of an Originate on its way: nothing bad; its reply is cut off; or it never gets there. */
type Loss = 'nothing' | 'reply' | 'order';

export interface LossyProxy extends AsyncDisposable {
  url: string;
  exchanges: readonly Exchange[];
  /** How often an action came by. */
  asked(action: string): number;
  loss: Loss;
  /** The replies to this action that are cut off, once `skip` of them were let pass. */
  loses: { action: string; skip: number } | undefined;
  /** From now on every connection is cut. */
  dead: boolean;
  /** Its own, set with every reply behind those of the PBX. */
  cookies: readonly string[];
  /** Called when an Originate was lost, before its connection is cut. */
  onLoss: () => void | Promise<void>;
}

/** Stands before a real PBX, sees everything, and loses what it is told to. */
export async function proxyTo(target: string): Promise<LossyProxy> {
  const agent = new Agent({ keepAlive: true });
  const exchanges: Exchange[] = [];
  const server = createServer(async (request, response) => {
    try {
      const body = await text(request);
      const exchange: Exchange = { action: actionOf(body), asked: performance.now() };
      exchanges.push(exchange);
      const loss = exchange.action === 'Originate' ? proxy.loss : lossOf(exchange.action);
      const reply = proxy.dead || loss === 'order' ? undefined : await passOn(request, body);
      if (loss !== 'nothing') await proxy.onLoss();
      if (!reply || loss !== 'nothing' || proxy.dead) {
        request.socket.destroy();
        return;
      }
      exchange.answered = performance.now();
      exchange.reply = reply.body;
      const { 'set-cookie': cookie, 'content-type': type } = reply.headers;
      response.writeHead(200, {
        'set-cookie': [...(cookie ?? []), ...proxy.cookies],
        ...(type && { 'content-type': type }),
      });
      response.end(reply.body);
    } catch {
      request.socket.destroy();
    }
  });

  function lossOf(action: string): Loss {
    const { loses } = proxy;
    return action === loses?.action && proxy.asked(action) > loses.skip ? 'reply' : 'nothing';
  }

  async function passOn({ url, headers }: IncomingMessage, body: string) {
    const onward = forward(new URL(url ?? '/', target), { method: 'POST', headers, agent });
    onward.end(body);
    const [reply] = (await once(onward, 'response')) as [IncomingMessage];
    return { headers: reply.headers, body: await text(reply) };
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: LossyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    asked: (action) => exchanges.filter((exchange) => exchange.action === action).length,
    loss: 'nothing',
    loses: undefined,
    dead: false,
    cookies: [],
    onLoss: () => undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}

const actionOf = (body: string): string => new URLSearchParams(body).get('Action') ?? '';
