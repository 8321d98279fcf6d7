import { type Answer, COOKIE, head, packets, type ReceivedAction, reply, success, write } from './server.ts';
import type { Way } from './way.ts';

const body =
  (text: (action: ReceivedAction) => string): Answer =>
  (socket, action) =>
    write(socket, reply(text(action)));

const MB = 1024 * 1024;
const error = (message: string) =>
  body(({ actionId }) => packets(['Response: Error', `ActionID: ${actionId}`, `Message: ${message}`]));
const ofOriginate = (name: string, Originate: Answer): Way => ({ name, answers: { Originate } });

/** Replies that are HTTP, and are not what Asterisk answers to an action. */
export const REPLY_WAYS: readonly Way[] = [
  ofOriginate(
    'accepts under another ActionID',
    body((action) => packets(success({ ...action, actionId: 'other' }))),
  ),
  ofOriginate(
    'says Goodbye',
    body(({ actionId }) => packets(['Response: Goodbye', `ActionID: ${actionId}`])),
  ),
  ofOriginate('cuts the reply in the middle', async (socket, action) => {
    const text = packets(success(action));
    await write(socket, head(text.length) + text.slice(0, 30));
    socket.end();
  }),
  ofOriginate(
    'answers with a message of 15 MB',
    body((action) => packets(success(action, `Message: ${'x'.repeat(15 * MB)}`))),
  ),
  ofOriginate(
    'answers with a message of 60 KB',
    body((action) => packets(success(action, `Message: ${'x'.repeat(60_000)}`))),
  ),
  ofOriginate(
    'answers with a message of 60 KB of line feeds',
    body((action) => packets(success(action, `Message: ${'\n'.repeat(60_000)}x`))),
  ),
  ofOriginate(
    'answers with 4,000 headers',
    body((action) => packets(success(action, ...Array.from({ length: 4000 }, (_, n) => `H${n}: 1`)))),
  ),
  ofOriginate(
    'answers with 1,900 long headers',
    body((action) => packets(success(action, ...Array(1900).fill('Header: abcdefghijklmnop')))),
  ),
  ofOriginate(
    'answers with names that objects have',
    body((action) => packets(success(action, '__proto__: 1', 'constructor: 1', 'toString: 1'))),
  ),
  ofOriginate(
    'answers with escape sequences',
    body((action) => packets(success(action, 'Message: \u001b]0;title\u0007\u001b[2J'))),
  ),
  ofOriginate('refuses with a message of 60 KB', error('No. '.repeat(15_000))),
  ofOriginate('refuses with a phone number', error('+7 (495) 123-45-67 cannot be called')),
  ofOriginate('refuses with escape sequences', error('\u001b[2J\u001b[31mFAKE LOG LINE')),
  ofOriginate('refuses with 16 MB', error('x'.repeat(16 * MB))),
  {
    name: 'changes the session at every reply',
    answers: {
      Originate: (socket, action) => {
        const text = packets([
          'Response: Error',
          `ActionID: ${action.actionId}`,
          'Message: Permission denied',
        ]);
        return write(socket, head(text.length).replace('0a1b2c3d', `0000000${action.nth}`) + text);
      },
    },
  },
  {
    name: 'sets a cookie of 10 KB',
    answers: {
      Login: (socket, action) => {
        const text = packets(success(action));
        return write(
          socket,
          head(text.length).replace(COOKIE, `Set-Cookie: mansession_id="${'a'.repeat(10_000)}"`) + text,
        );
      },
    },
  },
  {
    name: 'answers the challenge with 60 KB',
    answers: { Challenge: body((action) => packets(success(action, `Challenge: ${'1'.repeat(60_000)}`))) },
  },
];
