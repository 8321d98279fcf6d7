import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AjamErrorCode, events } from '../../lib/ajam/index.ts';
import type { Fault, Simulator } from '../../local/simulator/index.ts';
import { asked, failureOf, openSession, originate, simulate } from '../support/ajam/simulated.ts';
import { proxyTo } from '../support/calls/proxy.ts';

const HUGE = 17 * 1024 * 1024;
/** Short only where the PBX never replies, or too late. */
const timeoutFor = ({ kind }: Fault): number =>
  kind === 'black hole' || kind === 'silent after executing' || kind === 'slow' ? 400 : 5000;

let pbx: Simulator;
beforeEach(async () => {
  pbx = await simulate();
});
afterEach(() => pbx.close());

interface Case {
  fault: Fault;
  code: AjamErrorCode;
  /** How often the PBX dialled. */
  dialled: number;
}

describe('an Originate whose reply is lost or damaged', () => {
  it.each<Case>([
    { fault: { kind: 'drop before reading' }, code: 'AJAM_NO_REPLY', dialled: 0 },
    { fault: { kind: 'drop before executing' }, code: 'AJAM_NO_REPLY', dialled: 0 },
    { fault: { kind: 'black hole' }, code: 'AJAM_NO_REPLY', dialled: 0 },
    { fault: { kind: 'http 503' }, code: 'AJAM_HTTP', dialled: 0 },
    { fault: { kind: 'html' }, code: 'AJAM_NOT_AJAM', dialled: 0 },
    { fault: { kind: 'drop after executing' }, code: 'AJAM_NO_REPLY', dialled: 1 },
    { fault: { kind: 'silent after executing' }, code: 'AJAM_NO_REPLY', dialled: 1 },
    { fault: { kind: 'slow', ms: 900 }, code: 'AJAM_NO_REPLY', dialled: 1 },
    { fault: { kind: 'huge body', bytes: HUGE }, code: 'AJAM_NOT_AJAM', dialled: 1 },
    { fault: { kind: 'truncated body' }, code: 'AJAM_NO_REPLY', dialled: 1 },
    { fault: { kind: 'garbage body' }, code: 'AJAM_NOT_AJAM', dialled: 1 },
    { fault: { kind: 'not http' }, code: 'AJAM_NO_REPLY', dialled: 1 },
  ])(
    'fails with $code, may have run, and is not sent again: $fault.kind',
    async ({ fault, code, dialled }) => {
      const session = await openSession(pbx, { replyTimeoutMs: timeoutFor(fault) });
      pbx.faults.add({ fault, when: 'Originate' });

      const failure = await failureOf(session.send(originate()));

      expect(failure).toMatchObject({ code, mayHaveRun: true });
      expect(pbx.calls).toHaveLength(dialled);
      await session.send({ action: 'Ping' });
      expect(pbx.calls).toHaveLength(dialled);
      expect(asked(pbx, 'Originate')).toBe(fault.kind === 'drop before reading' ? 0 : 1);
      await session.logoff();
      expect(pbx.sessions).toBe(0);
    },
  );

  it('is not sent again when the PBX closes a new connection at once', async () => {
    const session = await openSession(pbx);
    session.disconnect();
    pbx.faults.add({ fault: { kind: 'close on connect' } });
    expect(await failureOf(session.send(originate()))).toMatchObject({ code: 'AJAM_NO_REPLY' });
    await session.send({ action: 'Ping' });
    expect(asked(pbx, 'Originate')).toBe(0);
    await session.logoff();
  });

  it('has certainly not run when Asterisk forgot the session', async () => {
    const session = await openSession(pbx);
    pbx.faults.add({ fault: { kind: 'forget session' }, when: 'Originate' });
    expect(await failureOf(session.send(originate()))).toMatchObject({
      code: 'AJAM_SESSION_LOST',
      mayHaveRun: false,
    });
    await session.login();
    await session.send(originate());
    // A second copy of the refusal, had a proxy sent one, must not answer the second Originate.
    expect([pbx.calls.length, asked(pbx, 'Login'), pbx.connections]).toEqual([1, 2, 2]);
    await session.logoff();
  });
});

describe('a login whose reply is lost or damaged', () => {
  it.each<{ fault: Fault; code: AjamErrorCode }>([
    { fault: { kind: 'close on connect' }, code: 'AJAM_NO_REPLY' },
    { fault: { kind: 'drop before reading' }, code: 'AJAM_NO_REPLY' },
    { fault: { kind: 'drop before executing' }, code: 'AJAM_NO_REPLY' },
    { fault: { kind: 'drop after executing' }, code: 'AJAM_NO_REPLY' },
    { fault: { kind: 'black hole' }, code: 'AJAM_NO_REPLY' },
    { fault: { kind: 'http 503' }, code: 'AJAM_HTTP' },
    { fault: { kind: 'html' }, code: 'AJAM_NOT_AJAM' },
    { fault: { kind: 'garbage body' }, code: 'AJAM_NOT_AJAM' },
    { fault: { kind: 'truncated body' }, code: 'AJAM_NO_REPLY' },
    { fault: { kind: 'huge body', bytes: HUGE }, code: 'AJAM_NOT_AJAM' },
    { fault: { kind: 'not http' }, code: 'AJAM_NO_REPLY' },
  ])('fails with $code and leaves no connection open: $fault.kind', async ({ fault, code }) => {
    pbx.faults.add({ fault });
    const failure = await failureOf(openSession(pbx, { replyTimeoutMs: timeoutFor(fault) }));
    expect(failure).toMatchObject({ code });
    await expect.poll(() => pbx.openConnections).toBe(0);
  });

  it.each(['plain', 'md5'] as const)(
    'succeeds behind a proxy that sets cookies of its own (%s)',
    async (auth) => {
      await using proxy = await proxyTo(pbx.url);
      proxy.cookies = ['SRV=web1; path=/', 'mansession=0; path=/'];
      const session = await openSession(proxy, { auth });
      await session.send({ action: 'Ping' });
      await session.send(originate());
      expect(pbx.calls).toHaveLength(1);
      await session.logoff();
    },
  );

  it('fails with HTTP 404 and advice when the prefix is wrong', async () => {
    const failure = await failureOf(openSession({ url: `${pbx.url}/asterisk` }));
    expect(failure).toMatchObject({ code: 'AJAM_HTTP', error: { httpStatus: 404 } });
    expect(failure.error.message).toMatch(/prefix/);
  });
});

describe('events, when a WaitEvent fails,', () => {
  it.each<Fault>([
    { kind: 'drop before reading' },
    { kind: 'drop before executing' },
    { kind: 'truncated body' },
    { kind: 'not http' },
    { kind: 'hang up after reply' },
    { kind: 'close after reply' },
  ])('asks again and still yields the events of the call: $kind', async (fault) => {
    const session = await openSession(pbx);
    await session.send(originate('cb_1'));
    // A lost reply takes its events with it. The first WaitEvent has none.
    pbx.faults.add({ fault, when: 'WaitEvent' });
    const seen: string[] = [];
    const until = Date.now() + 3000;
    for await (const batch of events(session, { wanted: () => true, until })) {
      seen.push(...batch.map(({ name }) => name));
      if (seen.length > 0) break;
    }
    expect(seen).not.toEqual([]);
    expect(pbx.calls).toHaveLength(1);
    await session.logoff();
  });

  it('ends with AJAM_SESSION_LOST when Asterisk forgot the session', async () => {
    const session = await openSession(pbx);
    pbx.forgetSessions();
    const next = events(session, { wanted: () => true, until: Date.now() + 2000 }).next();
    expect(await failureOf(next)).toMatchObject({ code: 'AJAM_SESSION_LOST' });
    await session.logoff();
  });
});
