import { connect } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AjamSession } from '../../lib/ajam/index.ts';
import type { Fault, Simulator } from '../../local/simulator/index.ts';
import { listen } from '../support/ajam/listeners.ts';
import {
  asked,
  failureOf,
  openSession,
  originate,
  SECRET,
  simulate,
  USER,
} from '../support/ajam/simulated.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';

let pbx: Simulator;
beforeEach(async () => {
  pbx = await simulate();
});
afterEach(() => pbx.close());

/** Returns everything that a logger might print of an error and its causes. */
function printed(error: unknown): string {
  const texts = [
    inspect(error, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null }),
  ];
  for (let one = error; one instanceof Error; one = one.cause)
    texts.push(one.message, one.stack ?? '', JSON.stringify(one));
  return texts.join('\n');
}

const FAULTS: Fault[] = [
  { kind: 'close on connect' },
  { kind: 'drop before reading' },
  { kind: 'drop before executing' },
  { kind: 'drop after executing' },
  { kind: 'black hole' },
  { kind: 'http 503' },
  { kind: 'html' },
  { kind: 'huge body', bytes: 17 * 1024 * 1024 },
  { kind: 'garbage body' },
  { kind: 'truncated body' },
  { kind: 'not http' },
];

it.each(FAULTS)('the error of a failed login holds no secret: $kind', async (fault) => {
  pbx.faults.add({ fault });
  const { error } = await failureOf(openSession(pbx, { replyTimeoutMs: 200 }));
  expect(printed(error)).not.toContain(SECRET);
});

it.each(FAULTS)('the error of a failed Originate holds no number and no session id: $kind', async (fault) => {
  const session = await openSession(pbx, { replyTimeoutMs: 200 });
  if (fault.kind === 'close on connect') session.disconnect();
  pbx.faults.add({ fault });
  const { error } = await failureOf(session.send(originate()));
  const text = printed(error);
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain('74951234500');
  expect(text).not.toContain('a-private-note');
  expect(text).not.toMatch(/mansession_id/);
  await session.logoff();
});

it.each([
  ['a refused login', () => openSession(pbx, { secret: `${SECRET}-no-more` })],
  ['no connection', () => openSession({ url: 'http://127.0.0.1:1' })],
  ['a secret with a control character', () => openSession(pbx, { secret: `${SECRET}\n` })],
  [
    'an aborted login',
    () => {
      pbx.faults.add({ fault: { kind: 'silent after executing' }, when: 'Login' });
      return AjamSession.open({ url: pbx.url, ...USER, auth: 'plain' }, { signal: AbortSignal.timeout(100) });
    },
  ],
  ['credentials in the address', () => openSession({ url: `http://user:${SECRET}@127.0.0.1:1` })],
  ['an invalid address', () => openSession({ url: `//user:${SECRET}@pbx` })],
  ['a secret instead of an address', () => openSession({ url: SECRET })],
])('the error of %s holds no secret', async (_what, attempt) => {
  const { error } = await failureOf(attempt());
  expect(printed(error)).not.toContain(SECRET);
});

describe('a login over plain HTTP', () => {
  /** Returns the bytes that the client sent. */
  const sentBytes = async (auth: 'plain' | undefined): Promise<string> => {
    const sent: Buffer[] = [];
    await using wire = await listen((socket) => {
      socket.on('data', (chunk: Buffer) => sent.push(chunk));
      socket.pipe(connect(Number(new URL(pbx.url).port), '127.0.0.1')).pipe(socket);
    });
    const session = await openSession({ url: `http://127.0.0.1:${wire.port}` }, { auth });
    await session.logoff();
    return Buffer.concat(sent).toString();
  };

  it('sends the secret only with auth plain', async () => {
    expect(await sentBytes(undefined)).not.toContain(SECRET);
    expect(await sentBytes('plain')).toContain(SECRET);
  });
});

it('a login over TLS sends no Challenge', async () => {
  const { ca, server } = await makeCertificates();
  await using secured = await simulate({ tls: server });
  const session = await openSession(secured, { ca, auth: undefined });
  expect([asked(secured, 'Challenge'), asked(secured, 'Login')]).toEqual([0, 1]);
  await session.logoff();
});

it.each(['pbx.example.com', 'pbx.example.com:8089', 'ftp://pbx.example.com', ''])(
  'the error of the invalid address %j shows a valid one',
  async (url) => {
    const { code, mayHaveRun, error } = await failureOf(openSession({ url }));
    expect({ code, mayHaveRun }).toEqual({ code: 'AJAM_INVALID', mayHaveRun: false });
    expect(error.message).toContain('https://pbx.example.com:8089');
  },
);
