import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, COOKIE, flood, head, packets, reply, success, write } from './server.ts';
import type { Way } from './way.ts';

const ofOriginate = (name: string, Originate: Answer): Way => ({ name, answers: { Originate } });

const endlessly =
  (start: string, more: string): Answer =>
  async (socket) => {
    await write(socket, start);
    await flood(socket, more);
  };

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = head(undefined, 'Transfer-Encoding: chunked');

/** Below AJAM: TCP and HTTP. */
export const HTTP_WAYS: readonly Way[] = [
  ofOriginate('never answers', () => undefined),
  ofOriginate('closes the connection', (socket) => socket.end()),
  ofOriginate('resets the connection', (socket) => socket.resetAndDestroy()),
  ofOriginate('sends a status line without end', endlessly('HTTP/1.1 200 ', 'OK')),
  ofOriginate('sends headers without end', endlessly(OK, 'X-Header: 1\r\n')),
  ofOriginate('sends one header without end', endlessly(`${OK}X-Header: `, 'x')),
  ofOriginate('sends cookies without end', endlessly(OK, `${COOKIE}\r\n`)),
  ofOriginate(
    'sends informational replies without end',
    endlessly('', 'HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n'),
  ),
  ofOriginate('sends HTTP 100 without end', endlessly('', 'HTTP/1.1 100 Continue\r\n\r\n')),
  ofOriginate('sends chunk extensions without end', endlessly(`${CHUNKED}1;`, 'x=y;')),
  ofOriginate('sends trailers without end', endlessly(`${CHUNKED}0\r\n`, 'X-Trailer: 1\r\n')),
  ofOriginate('sends chunks of one byte without end', endlessly(CHUNKED, '1\r\nx\r\n')),
  ofOriginate('sends a body without end', endlessly(head(undefined), 'x')),
  ofOriginate('announces a petabyte', endlessly(head(1e15), 'Event: X\r\n\r\n')),
  ofOriginate('sends noise', (socket) =>
    write(socket, Buffer.from(Array.from({ length: 512 }, (_, n) => (n * 167) % 256))),
  ),
  ofOriginate('speaks HTTP/2', (socket) =>
    write(socket, '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff'),
  ),
  ofOriginate('switches protocols', (socket) =>
    write(socket, 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
  ),
  ofOriginate('sends two lengths', (socket, action) => {
    const body = packets(success(action));
    return write(socket, head(body.length, 'Content-Length: 5') + body);
  }),
  ofOriginate('sends a negative length', (socket) => write(socket, head(-1))),
  ofOriginate('says that the body is compressed', (socket, action) => {
    const body = packets(success(action));
    return write(socket, head(body.length, 'Content-Encoding: gzip') + body);
  }),
  ofOriginate('sends HTTP 500 with a body without end', endlessly('HTTP/1.1 500 Error\r\n\r\n', 'x')),
  ofOriginate('redirects', (socket) =>
    write(socket, 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'),
  ),
  ofOriginate('sends a byte every 50 ms', async (socket, action) => {
    for (const byte of reply(packets(success(action, 'Message: Queued')))) {
      await write(socket, byte);
      await sleep(50);
    }
  }),
  { name: 'never answers the login', answers: { Challenge: () => undefined, Login: () => undefined } },
  {
    name: 'sends a reply to the login without end',
    answers: { Challenge: endlessly(head(undefined), 'Event: X\r\n\r\n') },
  },
  { name: 'never answers a WaitEvent', answers: { WaitEvent: () => undefined } },
  { name: 'closes the connection at every WaitEvent', answers: { WaitEvent: (socket) => socket.end() } },
];
