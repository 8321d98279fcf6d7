import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AjamErrorCode, events } from '../../lib/ajam/index.ts';
import type { Fault, Simulator } from '../../local/simulator/index.ts';
import { asked, failureOf, openSession, originate, simulate } from '../support/ajam/simulated.ts';
import { proxyTo } from '../support/calls/proxy.ts';

const HUGE = 17 * 1024 * 1024;

let pbx: Simulator;
beforeEach(async () => {
  pbx = await simulate();
});
afterEach(() => pbx.close());

interface Case {
  fault: Fault;
  code: AjamErrorCode;
  /** How often the PBX really dialled. */
  dialled: number;
}

describe('an Originate whose reply goes wrong', () => {
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
  ])('$fault.kind: $code, may have run, and is not sent again', async ({ fault, code, dialled }) => {
    const session = await openSession(pbx, { replyTimeoutMs: 400 });
    pbx.faults.add({ fault, when: 'Originate' });

    const failure = await failureOf(session.send(originate()));

    expect(failure).toMatchObject({ code, mayHaveRun: true });
    expect(pbx.calls).toHaveLength(dialled);
    await session.send({ action: 'Ping' });
    expect(pbx.calls).toHaveLength(dialled);
    expect(asked(pbx, 'Originate')).toBe(fault.kind === 'drop before reading' ? 0 : 1);
    await session.logoff();
    expect(pbx.sessions).toBe(0);
  });

  it('the server is full when the connection is opened anew: no second try', async () => {
    const session = await openSession(pbx);
    session.disconnect();
    pbx.faults.add({ fault: { kind: 'close on connect' } });
    expect(await failureOf(session.send(originate()))).toMatchObject({ code: 'AJAM_NO_REPLY' });
    await session.send({ action: 'Ping' });
    expect(asked(pbx, 'Originate')).toBe(0);
    await session.logoff();
  });

  it('forgotten session: refused, and proven not to have run', async () => {
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

describe('a login that goes wrong', () => {
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
  ])('$fault.kind: $code, and no connection is left open', async ({ fault, code }) => {
    pbx.faults.add({ fault });
    const failure = await failureOf(openSession(pbx, { replyTimeoutMs: 300 }));
    expect(failure).toMatchObject({ code });
    await expect.poll(() => pbx.openConnections).toBe(0);
  });

  it.each(['plain', 'md5'] as const)(
    'but not behind a proxy that sets cookies of its own (%s)',
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

  it('a wrong prefix is HTTP 404 with advice', async () => {
    const failure = await failureOf(openSession({ url: `${pbx.url}/asterisk` }));
    expect(failure).toMatchObject({ code: 'AJAM_HTTP', error: { httpStatus: 404 } });
    expect(failure.error.message).toMatch(/prefix/);
  });
});

describe('a WaitEvent that goes wrong', () => {
  it.each<Fault>([
    { kind: 'drop before reading' },
    { kind: 'drop before executing' },
    { kind: 'truncated body' },
    { kind: 'not http' },
    { kind: 'hang up after reply' },
    { kind: 'close after reply' },
  ])('$kind: is asked again, and the outcome is still learned', async (fault) => {
    const session = await openSession(pbx);
    await session.send(originate('cb_1'));
    // What a WaitEvent had taken when its reply was lost is lost: here the first one takes nothing.
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

  it('a forgotten session ends the events', async () => {
    const session = await openSession(pbx);
    pbx.forgetSessions();
    const next = events(session, { wanted: () => true, until: Date.now() + 2000 }).next();
    expect(await failureOf(next)).toMatchObject({ code: 'AJAM_SESSION_LOST' });
    await session.logoff();
  });
});
