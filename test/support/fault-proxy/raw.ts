import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Direction, strike } from './fault.ts';
import type { Exchange, Link } from './link.ts';

const TURN = 'turn';

/**
 * Passes the bytes of a connection on without looking into them. A turn begins whenever the client speaks after the PBX: the
 * first is the TLS handshake, the second its end with the first request.
 */
export function relayRaw(link: Link): void {
  const { client, pbx } = link;
  let exchange: Exchange | undefined;
  let speaks: Direction = 'reply';
  const seen = { request: 0, reply: 0 };
  const queue: Record<Direction, Promise<unknown>> = { request: Promise.resolve(), reply: Promise.resolve() };
  let ended = false;

  const pass = (direction: Direction, to: Socket) => (chunk: Buffer) => {
    if (direction === 'request' && speaks === 'reply') {
      exchange = link.begin(TURN, Buffer.alloc(0));
      exchange.arrived = true;
      seen.request = 0;
      seen.reply = 0;
    }
    speaks = direction;
    const from = seen[direction];
    seen[direction] += chunk.length;
    const fault = link.take({ action: TURN, direction, from, to: seen[direction] - 1 });
    const steps = fault ? strike(chunk, fault, fault.at - from, undefined) : [{ send: chunk }];
    queue[direction] = queue[direction].then(async () => {
      for (const step of steps) {
        if (ended) return;
        if ('send' in step) to.write(step.send);
        else if ('wait' in step) await sleep(step.wait);
        else {
          ended = true;
          link.end(step.end);
        }
      }
    });
  };
  client.on('data', pass('request', pbx));
  pbx.on('data', pass('reply', client));
  for (const [from, to] of [
    [client, pbx],
    [pbx, client],
  ] as const)
    from.on('close', () => {
      if (!ended) to.destroySoon();
    });
}
