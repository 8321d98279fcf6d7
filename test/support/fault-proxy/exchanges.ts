import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Direction, type Step, strike } from './fault.ts';
import type { Link } from './link.ts';

/** Passes HTTP requests and replies on, whole messages one after the other, and strikes them at the byte that a fault names. */
export async function relayExchanges(link: Link): Promise<void> {
  const { client, pbx } = link;
  const last: Partial<Record<Direction, Buffer>> = {};
  const pass = async (action: string, direction: Direction, message: Buffer): Promise<boolean> => {
    const fault = link.take({ action, direction, from: 0, to: 1 });
    const steps: Step[] = fault
      ? strike(message, fault, Math.floor(fault.at * message.length), last[direction])
      : [{ send: message }];
    last[direction] = message;
    return await perform(link, direction === 'request' ? pbx : client, steps);
  };

  const replies = messages(pbx);
  for await (const request of messages(client)) {
    const action = actionOf(request);
    const exchange = link.begin(action, request);
    exchange.arrived = await pass(action, 'request', request);
    if (!exchange.arrived) break;
    const { value: reply } = await replies.next();
    if (!reply) break;
    exchange.reply = reply;
    if (!(await pass(action, 'reply', reply))) break;
  }
  link.end('cut');
}

/** Returns false if the link ended. */
async function perform(link: Link, to: Socket, steps: Step[]): Promise<boolean> {
  for (const step of steps) {
    if ('send' in step) to.write(step.send);
    else if ('wait' in step) await sleep(step.wait);
    else {
      link.end(step.end);
      // A stalled connection stays open until the client gives it up.
      if (step.end === 'stall') await once(link.client, 'close');
      return false;
    }
  }
  return true;
}

/** The HTTP messages that arrive on a connection, each as the bytes it came in. It ends with the connection. */
async function* messages(socket: Socket): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = endOf(rest); end !== undefined; end = endOf(rest)) {
        yield rest.subarray(0, end);
        rest = rest.subarray(end);
      }
    }
  } catch {
    // The connection was reset.
  }
}

/** Where the first message ends, if all of it is there. Asterisk and the client announce every body's length. */
function endOf(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head === -1) return undefined;
  const length = /^content-length: *(\d+)/im.exec(bytes.toString('latin1', 0, head))?.[1];
  const end = head + 4 + Number(length ?? 0);
  return bytes.length >= end ? end : undefined;
}

const actionOf = (request: Buffer): string => {
  const form = request.subarray(request.indexOf('\r\n\r\n') + 4);
  return new URLSearchParams(form.toString()).get('Action') ?? '';
};
