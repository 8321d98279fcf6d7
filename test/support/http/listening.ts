import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Packet, Watcher } from '../asterisk/index.ts';

/** Stands before a PBX and notes the actions that pass. */
export interface Listening extends AsyncDisposable {
  url: string;
  actions: string[];
}

export async function listenBefore(pbxUrl: string): Promise<Listening> {
  const actions: string[] = [];
  const server = createServer((request, response) => void pass(request, response));
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    actions.push(new URLSearchParams(body).get('Action') ?? body);
    const { cookie = '', 'content-type': type = '' } = request.headers;
    const headers = { cookie, 'content-type': type };
    const reply = await fetch(`${pbxUrl}${request.url}`, { method: 'POST', headers, body });
    const answer = Buffer.from(await reply.arrayBuffer());
    const setCookie = reply.headers.getSetCookie();
    response.writeHead(reply.status, {
      'content-type': reply.headers.get('content-type') ?? '',
      ...(setCookie.length > 0 && { 'set-cookie': setCookie }),
      'content-length': answer.length,
    });
    response.end(answer);
  }
  await listen(server);
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, actions, [Symbol.asyncDispose]: close };
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

let marks = 0;

/**
 * A channel template whose calls can be told from those of other tests on the same PBX: the phone's number has a mark in
 * it, and its fate (the last two digits) behind.
 */
export function markedChannel(fate: string): { channel: string; isOurs: (event: Packet) => boolean } {
  const mark = `${process.pid}${++marks}0`;
  return {
    channel: `Local/{agent}${mark}${fate}@phones`,
    isOurs: ({ Event, Channel }) =>
      (Event === 'Newchannel' || Event === 'OriginateResponse') &&
      new RegExp(`^Local/\\d{4}${mark}${fate}@phones(-\\w+;1)?$`).test(Channel ?? ''),
  };
}

/** Comes back when everything that the PBX had to tell until now has arrived. */
export async function allTold(watcher: Watcher): Promise<void> {
  const Sign = `told-${process.pid}-${++marks}`;
  await watcher.action({ Action: 'UserEvent', UserEvent: 'Told', Sign });
  await watcher.waitFor((event) => event['Sign'] === Sign);
}
