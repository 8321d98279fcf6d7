import { afterEach, expect, it } from 'vitest';
import {
  AjamSession,
  events,
  header,
  isAjamError,
  originateAction,
  type Packet,
} from '../../lib/ajam/index.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { describeOnEveryPbx, type Target } from '../support/ajam/targets.ts';

const failed = (error: unknown) => (isAjamError(error) ? error.code : String(error));

describeOnEveryPbx('the AJAM client', (target) => {
  const opened: AjamSession[] = [];
  const open = async (
    user: keyof Target['users'],
    options: { auth?: 'plain' | 'md5'; secret?: string } = {},
  ) => {
    const { url, ca, users } = target();
    const session = await AjamSession.open({ url, ca, ...users[user], ...options });
    opened.push(session);
    return session;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((session) => session.logoff()));
  });
  const call = (channel: string, more: object = {}) => {
    const channelId = newCallbackId();
    const originate = {
      channelId,
      channel,
      context: 'callbacks',
      exten: '74951234500',
      priority: '1',
      timeoutMs: 5000,
    };
    return { id: channelId, action: originateAction({ ...originate, ...more }) };
  };
  const outcomeOf = async (session: AjamSession, id: string): Promise<Packet> => {
    const wanted = (event: Packet): boolean =>
      event.name === 'OriginateResponse' && header(event, 'ActionID') === id;
    for await (const [event] of events(session, { wanted, until: Date.now() + 12_000 }))
      if (event) return event;
    throw new Error('no OriginateResponse came');
  };

  it.each(['plain', 'md5'] as const)('logs in (%s), pings and logs off', async (auth) => {
    const session = await open('callback', { auth });
    const { response } = await session.send({ action: 'Ping' });
    expect(response && header(response, 'Ping')).toBe('Pong');
    await session.logoff();
    await expect(session.send({ action: 'Ping' })).rejects.toMatchObject({ code: 'AJAM_SESSION_LOST' });
  });

  it.each(['plain', 'md5'] as const)(
    'fails with AJAM_AUTHENTICATION for a wrong secret (%s)',
    async (auth) => {
      await expect(open('callback', { auth, secret: 'wrong' })).rejects.toMatchObject({
        code: 'AJAM_AUTHENTICATION',
        mayHaveRun: false,
        asteriskMessage: 'Authentication failed',
      });
    },
  );

  it('places a call and receives that it was answered', async () => {
    const session = await open('callback');
    const { id, action } = call('PJSIP/3200');
    const { response } = await session.send(action);
    expect(response && header(response, 'Message')).toBe('Originate successfully queued');
    expect(response && header(response, 'ActionID')).toBe(id);
    const outcome = await outcomeOf(session, id);
    expect(header(outcome, 'Response')).toBe('Success');
    expect(header(outcome, 'Reason')).toBe('4');
    expect(header(outcome, 'Uniqueid')).toBe(id);
    const control = await open('control');
    await control.send({ action: 'Hangup', headers: { Channel: id } });
  });

  it('receives that a call was refused', async () => {
    const session = await open('callback');
    const { id, action } = call('PJSIP/3201');
    await session.send(action);
    expect(header(await outcomeOf(session, id), 'Response')).toBe('Failure');
  });

  it('receives Reason 0 for an endpoint that does not exist', async () => {
    const session = await open('callback');
    const { id, action } = call('PJSIP/nobody');
    await session.send(action);
    const outcome = await outcomeOf(session, id);
    expect([header(outcome, 'Reason'), header(outcome, 'Uniqueid')]).toEqual(['0', id]);
  });

  it.each([
    ['the id itself', (id: string) => id, '0'],
    ['the id in capitals', (id: string) => id.toUpperCase(), '0'],
    ['a longer one', (id: string) => `${id}x`, '4'],
    ['another', (id: string) => `${id.slice(0, -1)}x`, '4'],
  ])('receives whether a ChannelId is in use: %s', async (_what, other, reason) => {
    const [session, control] = await Promise.all([open('callback'), open('control')]);
    const first = call('PJSIP/3200');
    await session.send(first.action);
    expect(header(await outcomeOf(session, first.id), 'Reason')).toBe('4');
    const second = call('PJSIP/3200', { channelId: other(first.id) });
    const id = other(first.id);
    await session.send(second.action);
    expect(header(await outcomeOf(session, id), 'Reason')).toBe(reason);
    await control.send({ action: 'Hangup', headers: { Channel: first.id } });
    if (reason === '4') await control.send({ action: 'Hangup', headers: { Channel: id } });
  });

  it('fails with the text of Asterisk when it refuses an action', async () => {
    const session = await open('callback');
    await expect(session.send(call('PJSIP/3200', { context: 'nowhere' }).action)).rejects.toMatchObject({
      code: 'AJAM_REFUSED',
      mayHaveRun: false,
      asteriskMessage: 'Extension does not exist.',
    });
  });

  it('distinguishes a missing privilege from a lost session', async () => {
    const readonly = await open('readonly');
    await expect(readonly.send(call('PJSIP/3200').action)).rejects.toMatchObject({
      code: 'AJAM_PERMISSION',
      mayHaveRun: false,
    });
    const callback = await open('callback');
    await expect(callback.send({ action: 'Status' })).rejects.toMatchObject({ code: 'AJAM_PERMISSION' });
    await callback.send({ action: 'Ping' });
  });

  it.each(['Ping', 'ListCommands', 'Status', 'Events', 'Getvar', 'Hangup', 'PlayDTMF', 'Originate'])(
    'receives the reply to %s under its ActionID, refused or not',
    async (action) => {
      const session = await open('control');
      // A reply under another ActionID would be AJAM_NOT_AJAM.
      const failure = await session.send({ action }).then(() => undefined, failed);
      expect([undefined, 'AJAM_REFUSED']).toContain(failure);
    },
  );

  it('fails with AJAM_REFUSED for an action that does not exist', async () => {
    const session = await open('callback');
    await expect(session.send({ action: 'Nonsense' })).rejects.toMatchObject({
      code: 'AJAM_REFUSED',
      asteriskMessage: expect.stringContaining('Invalid/unknown command: Nonsense'),
    });
  });

  it('goes on with the session after its connection was closed', async () => {
    const session = await open('callback');
    session.disconnect();
    await session.send({ action: 'Ping' });
  });

  it('waits for events until the deadline', async () => {
    const session = await open('callback');
    const started = Date.now();
    for await (const _ of events(session, { wanted: () => false, until: started + 1500 }))
      expect.unreachable();
    expect(Date.now() - started).toBeGreaterThanOrEqual(1400);
    expect(Date.now() - started).toBeLessThan(2300);
  });

  it('stops waiting when the signal fires', async () => {
    const session = await open('callback');
    const started = Date.now();
    const signal = AbortSignal.timeout(300);
    for await (const _ of events(session, { wanted: () => false, until: started + 10_000, signal }))
      expect.unreachable();
    expect(Date.now() - started).toBeLessThan(1500);
  });
});
