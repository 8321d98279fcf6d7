import { once } from 'node:events';
import { connect } from 'node:net';
import type { Pbx } from './types.ts';

/** An AMI packet by header names, as Asterisk writes them. Of a repeated header it holds the last value. */
export type Packet = Record<string, string>;

export interface Watcher extends AsyncDisposable {
  /** Returns every event of the PBX since the watcher began. */
  events(): Packet[];
  /** Returns the first event, past or future, that fits. Throws after `ms` milliseconds, by default 10,000. */
  waitFor(fits: (event: Packet) => boolean, ms?: number): Promise<Packet>;
  /** Sends an action as the user `watch`, who may do everything, and returns the response. */
  action(headers: Packet): Promise<Packet>;
  close(): Promise<void>;
}

/** Observes a PBX over plain AMI, independently of the code under test. */
export async function watchEvents(pbx: Pick<Pbx, 'amiPort' | 'users'>): Promise<Watcher> {
  const socket = connect(pbx.amiPort, '127.0.0.1').setEncoding('utf8').setNoDelay();
  await once(socket, 'connect');
  const events: Packet[] = [];
  const onEvent = new Set<(event: Packet) => void>();
  const onResponse = new Map<string, (response: Packet) => void>();
  let rest = '';
  let sent = 0;

  // When the PBX goes away, the pending calls time out.
  socket.on('error', () => {});
  socket.on('data', (text: string) => {
    const packets = (rest + text).split('\r\n\r\n');
    rest = packets.pop() ?? '';
    for (const packet of packets.map(parse)) {
      if (packet['Event'] !== undefined) {
        events.push(packet);
        for (const listener of onEvent) listener(packet);
      } else {
        onResponse.get(packet['ActionID'] ?? '')?.(packet);
        onResponse.delete(packet['ActionID'] ?? '');
      }
    }
  });

  async function action(headers: Packet): Promise<Packet> {
    const id = headers['ActionID'] ?? `watch-${++sent}`;
    const response = new Promise<Packet>((resolve) => onResponse.set(id, resolve));
    const lines = Object.entries({ ActionID: id, ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    socket.write(`${lines.join('')}\r\n`);
    return timeLimit(response, 10_000, () => `no response to ${headers['Action']}`);
  }

  function waitFor(fits: (event: Packet) => boolean, ms = 10_000): Promise<Packet> {
    const past = events.find(fits);
    if (past) return Promise.resolve(past);
    let listener: (event: Packet) => void = () => {};
    const coming = new Promise<Packet>((resolve) => {
      listener = (event) => fits(event) && resolve(event);
      onEvent.add(listener);
    });
    const seen = () => `no such event in ${ms} ms; seen: ${events.map((event) => event['Event']).join(' ')}`;
    return timeLimit(coming, ms, seen).finally(() => onEvent.delete(listener));
  }

  async function close(): Promise<void> {
    if (socket.closed) return;
    socket.destroy();
    await once(socket, 'close');
  }

  const { username, secret } = pbx.users.watch;
  const login = await action({ Action: 'Login', Username: username, Secret: secret });
  if (login['Response'] !== 'Success') throw new Error(`watcher: ${login['Message']}`);
  return { events: () => events, waitFor, action, close, [Symbol.asyncDispose]: close };
}

function parse(text: string): Packet {
  const packet: Packet = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) packet[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, '');
  }
  return packet;
}

async function timeLimit<T>(promise: Promise<T>, ms: number, why: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(why())), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
