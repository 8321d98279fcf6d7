import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One action as it arrived. */
export interface ReceivedAction {
  name: string;
  actionId: string;
  form: URLSearchParams;
  /** Counts the actions of this name, from 1. */
  nth: number;
}

/** Writes a reply, or anything else, on the connection. */
export type Answer = (socket: Socket, action: ReceivedAction) => unknown;

export interface HostilePbx extends AsyncDisposable {
  url: string;
  /** Every action that arrived, in order. */
  actions: readonly ReceivedAction[];
  count(name: string): number;
}

/** A server that speaks AJAM on the wire and answers every action as the test wants. Without an answer it does as Asterisk does. */
export async function startHostilePbx(answers: Readonly<Record<string, Answer>> = {}): Promise<HostilePbx> {
  const actions: ReceivedAction[] = [];
  const sockets = new Set<Socket>();
  const count = (name: string): number => actions.filter((action) => action.name === name).length;
  const server = createServer(async (socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('close', () => sockets.delete(socket));
    for await (const form of requests(socket)) {
      const name = form.get('Action') ?? '';
      const action = {
        name,
        actionId: form.get('ActionID') ?? form.get('actionid') ?? '',
        form,
        nth: count(name) + 1,
      };
      actions.push(action);
      await (answers[name] ?? PROPER[name] ?? succeed)(socket, action);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    actions,
    count,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The forms that arrive on a connection. It ends with the connection, however that ends. */
async function* requests(socket: Socket): AsyncGenerator<URLSearchParams> {
  let rest = '';
  try {
    for await (const chunk of socket.setEncoding('latin1')) {
      rest += chunk;
      const head = rest.indexOf('\r\n\r\n');
      if (head === -1) continue;
      const end = head + 4 + Number(/content-length: *(\d+)/i.exec(rest)?.[1] ?? 0);
      if (rest.length < end) continue;
      const form = new URLSearchParams(rest.slice(head + 4, end));
      rest = rest.slice(end);
      yield form;
    }
  } catch {
    // The client closed the connection.
  }
}

/** Writes text until the client has read it, or is gone. */
export async function write(socket: Socket, text: string | Buffer): Promise<void> {
  if (socket.destroyed || socket.write(text, 'latin1')) return;
  await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
}

/** Repeats a text until so many bytes are written, or the client is gone. */
export async function flood(socket: Socket, text: string, bytes = Number.POSITIVE_INFINITY): Promise<void> {
  const chunk = text.repeat(Math.max(1, Math.floor(65_536 / text.length)));
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += chunk.length) {
    await write(socket, chunk);
    // A loop of writes that never wait would keep everything else of this process from running.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const COOKIE = 'Set-Cookie: mansession_id="0a1b2c3d"; Version=1; Max-Age=60';

/** The head of a reply as Asterisk writes it; `more` are further header lines. */
export const head = (length: number | undefined, ...more: string[]): string => {
  const lines = ['HTTP/1.1 200 OK', 'Content-type: text/plain', COOKIE, ...more];
  if (length !== undefined) lines.push(`Content-Length: ${length}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
};

export const reply = (body: string): string => head(body.length) + body;

/** Packets of `Name: value` lines, each with its empty line. */
export const packets = (...all: (readonly string[])[]): string =>
  all.map((lines) => `${lines.join('\r\n')}\r\n\r\n`).join('');

/** The lines of a proper response. */
export const success = ({ actionId }: ReceivedAction, ...lines: string[]): string[] => [
  'Response: Success',
  `ActionID: ${actionId}`,
  ...lines,
];

/** The body of a proper WaitEvent with these events, as text. */
export const waitEventBody = (action: ReceivedAction, events: string): string =>
  packets(success(action, 'Message: Waiting for Event completed.')) +
  events +
  packets(['Event: WaitEventComplete', `ActionID: ${action.actionId}`]);

const succeed: Answer = (socket, action) => write(socket, reply(packets(success(action, 'Message: Done'))));

const PROPER: Readonly<Record<string, Answer>> = {
  Challenge: (socket, action) => write(socket, reply(packets(success(action, 'Challenge: 123456789')))),
  Logoff: (socket, { actionId }) =>
    write(socket, reply(packets(['Response: Goodbye', `ActionID: ${actionId}`]))),
  Status: (socket, action) =>
    write(
      socket,
      reply(packets(success(action, 'EventList: start'), ['Event: StatusComplete', 'EventList: Complete'])),
    ),
  WaitEvent: async (socket, action) => {
    await sleep(Number(action.form.get('Timeout')) * 1000);
    await write(socket, reply(waitEventBody(action, '')));
  },
};
