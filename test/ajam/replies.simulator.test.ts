import { describe, expect, it, vi } from 'vitest';
import { type AjamErrorCode, AjamSession, events, header, type Packet } from '../../lib/ajam/index.ts';
import { failureOf, originate, USER } from '../support/ajam/simulated.ts';
import {
  type Answer,
  COOKIE,
  head,
  packets,
  type ReceivedAction,
  reply,
  startHostilePbx,
  success,
  waitEventBody,
  write,
} from '../support/hostile-pbx/server.ts';

const openOn = ({ url }: { url: string }): Promise<AjamSession> =>
  AjamSession.open({ url, ...USER, auth: 'plain', replyTimeoutMs: 300 });

const body =
  (text: (action: ReceivedAction) => string): Answer =>
  (socket, action) =>
    write(socket, reply(text(action)));

const QUEUED = 'Message: Originate successfully queued';
/** The bytes of a proper reply to an Originate. */
const proper = (action: ReceivedAction): string => reply(packets(success(action, QUEUED)));
const cutAfter =
  (share: number): Answer =>
  async (socket, action) => {
    const text = proper(action);
    await write(socket, text.slice(0, Math.floor(text.length * share)));
    socket.end();
  };

type Case = [what: string, answer: Answer, code: AjamErrorCode];
const NOT_ACCEPTED: Case[] = [
  [
    'Goodbye',
    body(({ actionId }) => packets(['Response: Goodbye', `ActionID: ${actionId}`])),
    'AJAM_NOT_AJAM',
  ],
  [
    'Follows',
    body(({ actionId }) => packets(['Response: Follows', `ActionID: ${actionId}`])),
    'AJAM_NOT_AJAM',
  ],
  [
    'success in small letters',
    body(({ actionId }) => packets(['Response: success', `ActionID: ${actionId}`])),
    'AJAM_NOT_AJAM',
  ],
  [
    'Successful',
    body(({ actionId }) => packets(['Response: Successful', `ActionID: ${actionId}`])),
    'AJAM_NOT_AJAM',
  ],
  [
    'an empty Response',
    body(({ actionId }) => packets(['Response: ', `ActionID: ${actionId}`])),
    'AJAM_NOT_AJAM',
  ],
  ['no ActionID', body(() => packets(['Response: Success', QUEUED])), 'AJAM_NOT_AJAM'],
  [
    'another ActionID',
    body((action) => packets(success({ ...action, actionId: 'other' }, QUEUED))),
    'AJAM_NOT_AJAM',
  ],
  [
    'the ActionID in capitals',
    body((action) => packets(success({ ...action, actionId: action.actionId.toUpperCase() }))),
    'AJAM_NOT_AJAM',
  ],
  [
    'a longer ActionID',
    body((action) => packets(success({ ...action, actionId: `${action.actionId}x` }))),
    'AJAM_NOT_AJAM',
  ],
  [
    'the refusal of another action',
    body(() => packets(['Response: Error', 'ActionID: other', 'Message: Permission denied'])),
    'AJAM_NOT_AJAM',
  ],
  [
    'a refusal without ActionID',
    body(() => packets(['Response: Error', 'Message: Permission denied'])),
    'AJAM_NOT_AJAM',
  ],
  ['two responses', body((action) => packets(success(action), success(action))), 'AJAM_NOT_AJAM'],
  ['an event before the response', body((action) => packets(['Event: X'], success(action))), 'AJAM_NOT_AJAM'],
  ['an event alone', body(() => packets(['Event: OriginateResponse', 'Response: Success'])), 'AJAM_NOT_AJAM'],
  ['an empty body', body(() => ''), 'AJAM_NO_REPLY'],
  ['empty lines', body(() => '\r\n\r\n'), 'AJAM_NO_REPLY'],
  [
    'no empty line at the end',
    body((action) => packets(success(action, QUEUED)).slice(0, -2)),
    'AJAM_NO_REPLY',
  ],
  [
    'a last line without its end',
    body((action) => packets(success(action, QUEUED)).slice(0, -4)),
    'AJAM_NO_REPLY',
  ],
  [
    'half a packet behind the response',
    body((action) => `${packets(success(action))}Event: Fully`),
    'AJAM_NO_REPLY',
  ],
  [
    'a list without its end',
    body((action) => packets(success(action, 'EventList: start'), ['Event: Status'])),
    'AJAM_NO_REPLY',
  ],
  ['a NUL byte', body((action) => packets(success(action, 'Message: a\0b'))), 'AJAM_NOT_AJAM'],
  [
    '70,000 bytes',
    body((action) => packets(success(action, ...Array(4500).fill('Output: 123456')))),
    'AJAM_NOT_AJAM',
  ],
  [
    '70,000 bytes of events',
    body((action) => packets(success(action)) + packets(['Event: X']).repeat(6000)),
    'AJAM_NO_REPLY',
  ],
  ['a body that is cut in the middle', cutAfter(0.9), 'AJAM_NO_REPLY'],
  ['a head that is cut in the middle', cutAfter(0.3), 'AJAM_NO_REPLY'],
  [
    'a body without a length that is cut in the middle',
    async (socket, action) => {
      await write(
        socket,
        head(undefined, 'Connection: close') + packets(success(action, QUEUED)).slice(0, -10),
      );
      socket.end();
    },
    'AJAM_NO_REPLY',
  ],
  ['nothing', () => undefined, 'AJAM_NO_REPLY'],
  [
    'another content type',
    (socket) => write(socket, reply('<html>').replace('text/plain', 'text/html')),
    'AJAM_NOT_AJAM',
  ],
  [
    'HTTP 302',
    (socket) => write(socket, 'HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'),
    'AJAM_HTTP',
  ],
  [
    'HTTP 201 with a proper body',
    (socket, action) => write(socket, proper(action).replace('200 OK', '201 Created')),
    'AJAM_HTTP',
  ],
];

describe('AjamSession.send', () => {
  it.each(NOT_ACCEPTED)(
    'says that an Originate may have run when the reply is %s',
    async (_what, answer, code) => {
      await using pbx = await startHostilePbx({ Originate: answer });
      const session = await openOn(pbx);
      expect(await failureOf(session.send(originate()))).toMatchObject({ code, mayHaveRun: true });
      // What arrives later on that connection could be read as the reply to the next action.
      await session.send({ action: 'Ping' });
      await session.logoff();
    },
  );

  it('says that an Originate may have run when the reply is the one to the login', async () => {
    let login = '';
    await using pbx = await startHostilePbx({
      Login: (socket, action) => {
        login = reply(packets(success(action, 'Message: Authentication accepted')));
        return write(socket, login);
      },
      Originate: (socket) => write(socket, login),
    });
    const session = await openOn(pbx);
    expect(await failureOf(session.send(originate()))).toMatchObject({
      code: 'AJAM_NOT_AJAM',
      mayHaveRun: true,
    });
    await session.logoff();
  });

  it.each(['Login', 'Challenge'])(
    'fails to open when the %s is answered with another ActionID',
    async (name) => {
      const answer = body((action) => packets(success({ ...action, actionId: 'other' }, 'Challenge: 1')));
      await using pbx = await startHostilePbx({ [name]: answer });
      const failure = await failureOf(AjamSession.open({ url: pbx.url, ...USER }));
      expect(failure).toMatchObject({ code: 'AJAM_NOT_AJAM' });
    },
  );

  it('fails to open, and reports that the login may have run, when its reply has no cookie', async () => {
    const withoutCookie: Answer = (socket, action) =>
      write(socket, reply(packets(success(action))).replace(`${COOKIE}\r\n`, ''));
    await using pbx = await startHostilePbx({ Login: withoutCookie });
    expect(await failureOf(openOn(pbx))).toMatchObject({ code: 'AJAM_NOT_AJAM', mayHaveRun: true });
  });

  it('never reads the second copy of a reply as the reply to the next action', async () => {
    await using pbx = await startHostilePbx({
      Ping: (socket, action) => write(socket, proper(action).repeat(2)),
      Originate: body((action) => packets(success(action, QUEUED))),
    });
    const session = await openOn(pbx);
    for (let n = 0; n < 20; n += 1) {
      await session.send({ action: 'Ping' });
      const { response } = await session.send(originate(`cb_${n}`));
      expect(response && header(response, 'ActionID')).toBe(`cb_${n}`);
    }
    await session.logoff();
  });

  it('sends an ActionID of its own with every action, and that of the caller with an Originate', async () => {
    await using pbx = await startHostilePbx();
    const session = await AjamSession.open({ url: pbx.url, ...USER, auth: 'md5' });
    for (const action of ['Ping', 'Status', 'PlayDTMF', 'Hangup']) await session.send({ action });
    await session.send(originate('cb_1'));
    for await (const _ of events(session, { wanted: () => true, until: Date.now() - 1 })) break;
    await session.logoff();
    const ids = pbx.actions.map(({ actionId }) => actionId);
    expect(ids).toHaveLength(9);
    expect(new Set(ids).size).toBe(9);
    expect(ids[6]).toBe('cb_1');
    for (const id of ids) expect(id).toMatch(/^[\w.-]{4,64}$/);
  });

  it('sends one ActionID, however its name is written', async () => {
    await using pbx = await startHostilePbx();
    const session = await openOn(pbx);
    await session.send({ action: 'Ping', headers: { actionid: 'mine' } });
    expect(pbx.actions.at(-1)?.form.toString()).toBe('Action=Ping&actionid=mine');
  });

  it('keeps only the wanted events of a list', async () => {
    const channel = (id: number): string[] => ['Event: Status', `Uniqueid: ${id}`];
    const end = ['Event: StatusComplete', 'EventList: Complete'];
    await using pbx = await startHostilePbx({
      Status: body((action) => packets(success(action, 'EventList: start'), channel(1), channel(2), end)),
    });
    const session = await openOn(pbx);
    const wanted = (event: Packet): boolean => header(event, 'Uniqueid') === '2';
    const { events: kept } = await session.send({ action: 'Status' }, { wanted });
    expect(kept.map((event) => header(event, 'Uniqueid'))).toEqual(['2']);
  });

  it.each([
    ['hands over 3 MB of events that are not kept', false, 0],
    ['reports a loss after 1 MB of events that are kept', true, 1],
  ])('%s', async (_what, keep, losses) => {
    const all = 6000;
    const many = packets(
      ...Array.from({ length: all }, () => ['Event: Newstate', `Channel: ${'x'.repeat(480)}`]),
    );
    await using pbx = await startHostilePbx({ WaitEvent: body((action) => waitEventBody(action, many)) });
    const session = await openOn(pbx);
    let seen = 0;
    const wanted = (): boolean => {
      seen += 1;
      return true;
    };
    const onLoss = vi.fn();
    const until = Date.now() - 1;
    const batches: number[] = [];
    for await (const batch of events(session, { wanted, keep, until, onLoss })) batches.push(batch.length);
    expect(onLoss).toHaveBeenCalledTimes(losses);
    expect(seen === all).toBe(!keep);
    expect(batches).toHaveLength(1);
    expect(batches[0] === 0).toBe(!keep);
  });

  it('throws what `wanted` throws', async () => {
    await using pbx = await startHostilePbx();
    const session = await openOn(pbx);
    const wanted = (): boolean => {
      throw new RangeError('a bug');
    };
    await expect(session.send({ action: 'Status' }, { wanted })).rejects.toThrow(RangeError);
  });

  it('says that an Originate may have run when Asterisk says "Originate failed"', async () => {
    const failed = body(({ actionId }) =>
      packets(['Response: Error', `ActionID: ${actionId}`, 'Message: Originate failed']),
    );
    await using pbx = await startHostilePbx({ Originate: failed });
    const session = await openOn(pbx);
    const failure = await failureOf(session.send(originate()));
    expect(failure).toMatchObject({ code: 'AJAM_REFUSED', mayHaveRun: true });
  });

  it.each([
    ['cuts it to 500 characters', 'x'.repeat(20_000), 'x'.repeat(500)],
    ['writes it on one line', 'a\nb', 'a b'],
    ['replaces the control characters in it', '\u001b[2Jhidden\u0007', '\ufffd[2Jhidden\ufffd'],
  ])('repeats the words of a refusal and %s', async (_how, message, words) => {
    await using pbx = await startHostilePbx({
      Ping: body(({ actionId }) =>
        packets(['Response: Error', `ActionID: ${actionId}`, `Message: ${message}`]),
      ),
    });
    const session = await openOn(pbx);
    const { error } = await failureOf(session.send({ action: 'Ping' }));
    expect(error.asteriskMessage).toBe(words);
    expect(error.message.length).toBeLessThan(600);
  });
});

describe('events', () => {
  const EVENT = ['Event: Newchannel', 'Uniqueid: 1'];
  const gather = async (answer: Answer, durationMs = 300) => {
    await using pbx = await startHostilePbx({ WaitEvent: answer });
    const session = await openOn(pbx);
    const seen: string[] = [];
    let losses = 0;
    const onLoss = (): void => {
      losses += 1;
    };
    for await (const batch of events(session, { wanted: () => true, until: Date.now() + durationMs, onLoss }))
      seen.push(...batch.map(({ name }) => name));
    return { seen, losses, asked: pbx.count('WaitEvent') };
  };
  const first =
    (answer: Answer): Answer =>
    (socket, action) =>
      action.nth === 1 ? answer(socket, action) : write(socket, reply(waitEventBody(action, packets(EVENT))));

  it.each<[string, Answer]>([
    [
      'is cut behind an event',
      async (socket, action) => {
        const text = waitEventBody(action, packets(EVENT, ['Event: Lost']));
        await write(socket, head(text.length) + text.slice(0, text.indexOf('Lost')));
        socket.end();
      },
    ],
    ['lacks its last event', body((action) => packets(success(action), EVENT))],
    [
      'goes on behind its last event',
      body((action) => waitEventBody(action, packets(EVENT)) + packets(['Event: X'])),
    ],
    [
      'ends with the mark of another WaitEvent',
      body((action) => packets(success(action), EVENT, ['Event: WaitEventComplete', 'ActionID: other'])),
    ],
    [
      'answers another WaitEvent',
      body((action) => waitEventBody({ ...action, actionId: 'other' }, packets(['Event: Stale']))),
    ],
    ['is a web page', (socket) => write(socket, reply('<html>').replace('text/plain', 'text/html'))],
    ['is HTTP 502', (socket) => write(socket, 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')],
  ])('yields what it can and reports a loss when a reply %s', async (_how, answer) => {
    const { seen, losses } = await gather(first(answer));
    expect(losses).toBe(1);
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen)).toEqual(new Set(['Newchannel']));
  });

  it('reports no loss when another WaitEvent ended this one', async () => {
    expect(await gather(first((socket) => write(socket, reply(''))))).toMatchObject({ losses: 0 });
  });

  it('ends with AJAM_HTTP when the PBX no longer offers AJAM', async () => {
    const gone = gather((socket) =>
      write(socket, `HTTP/1.1 404 Not Found\r\n${COOKIE}\r\nContent-Length: 0\r\n\r\n`),
    );
    expect(await failureOf(gone)).toMatchObject({ code: 'AJAM_HTTP' });
  });

  it.each<[string, string[][]]>([
    ['with a wanted event', [EVENT]],
    ['with nothing', []],
  ])('asks at most 50 times a second when every WaitEvent is answered at once %s', async (_what, all) => {
    const { asked } = await gather(
      body((action) => waitEventBody(action, packets(...all))),
      1000,
    );
    expect(asked).toBeGreaterThan(3);
    // Timers may be early by a millisecond, and the deadline has a question of its own.
    expect(asked).toBeLessThanOrEqual(56);
  });

  it('keeps at most 1 MB of one reply', async () => {
    const large = packets(['Event: Newchannel', ...Array(100).fill(`Note: ${'x'.repeat(400)}`)]);
    const { seen, losses } = await gather(
      first((socket, action) => write(socket, reply(waitEventBody(action, large.repeat(200))))),
    );
    expect(losses).toBe(1);
    expect(seen.length).toBeLessThan(150);
  });

  it('reads an event behind 40 MB of events that nobody wants', async () => {
    const foreign = packets(['Event: Newstate', ...Array(16).fill('Header: value of an event')]);
    await using pbx = await startHostilePbx({
      WaitEvent: (socket, action) =>
        write(socket, reply(waitEventBody(action, foreign.repeat(90_000) + packets(['Event: Wanted'])))),
    });
    const session = await openOn(pbx);
    const wanted = ({ name }: Packet): boolean => name === 'Wanted';
    const { value } = await events(session, { wanted, until: Date.now() + 15_000 }).next();
    expect(value).toMatchObject([{ name: 'Wanted' }]);
  });

  it('pauses 30 ms for each megabyte of a large reply, even without events in it', async () => {
    const large = '\n'.repeat(10 * 1024 * 1024);
    const arrived: number[] = [];
    const written: number[] = [];
    await using pbx = await startHostilePbx({
      WaitEvent: async (socket, action) => {
        arrived.push(performance.now());
        await write(socket, reply(waitEventBody(action, large)));
        written.push(performance.now());
      },
    });
    const session = await openOn(pbx);
    const until = Date.now() + 2000;
    for await (const _ of events(session, { wanted: () => false, until, paceMs: 0 })) expect.unreachable();
    // Timers may be early by a millisecond. The socket holds the last bytes when the write ends.
    expect((arrived[1] ?? 0) - (written[0] ?? Infinity)).toBeGreaterThan(290);
  });

  it('leaves no timer behind', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await gather(
      body((action) => waitEventBody(action, packets(EVENT))),
      500,
    );
    expect(timers()).toBeLessThanOrEqual(before + 1);
  });
});
