import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import type { PbxSettings } from '../../lib/settings/settings.ts';
import type { Simulator } from '../../local/simulator/index.ts';
import { asked, simulate, USER } from '../support/ajam/simulated.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';

const signal = AbortSignal.timeout(600_000);

describe('A warm session', () => {
  let pbx: Simulator;
  let sessions: SessionPool;
  beforeEach(async () => {
    pbx = await simulate();
    sessions = new SessionPool();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await sessions.close();
    await pbx.close();
  });
  const known = (): PbxSettings => ({ url: pbx.url, ...USER });
  const use = async (): Promise<void> => {
    const session = await sessions.borrow(known(), { signal });
    await session.send({ action: 'Ping' });
    sessions.giveBack(known(), session);
  };
  const sleep = (seconds: number): void => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
  };

  it('is used again until Asterisk may soon forget it', async () => {
    await use();
    sleep(40);
    await use();
    expect(asked(pbx, 'Login')).toBe(1);
    sleep(46);
    await use();
    expect(asked(pbx, 'Login')).toBe(2);
  });

  it('is logged off when it was idle for too long', async () => {
    await use();
    sleep(46);
    await use();
    await expect.poll(() => asked(pbx, 'Logoff')).toBe(1);
    expect(pbx.sessions).toBe(1);
  });

  it('is logged off after a minute, however often it was used', async () => {
    await use();
    for (const seconds of [30, 31]) {
      sleep(seconds);
      await use();
    }
    await expect.poll(() => [asked(pbx, 'Login'), asked(pbx, 'Logoff'), pbx.sessions]).toEqual([1, 1, 0]);
    await use();
    expect(asked(pbx, 'Login')).toBe(2);
  });

  it('is logged off when eight others are idle', async () => {
    const borrowed = await Promise.all(
      Array.from({ length: 10 }, () => sessions.borrow(known(), { signal })),
    );
    expect(pbx.sessions).toBe(10);
    for (const session of borrowed) sessions.giveBack(known(), session);
    await expect.poll(() => pbx.sessions).toBe(8);
    await sessions.close();
    expect(pbx.sessions).toBe(0);
  });

  it('delays no request while it is logged off', async () => {
    await use();
    await use();
    pbx.faults.add({ when: 'Logoff', fault: { kind: 'black hole' }, times: 2 });
    sleep(46);
    await use();
    sleep(61);
    await use();
    expect([asked(pbx, 'Login'), asked(pbx, 'Ping')]).toEqual([3, 4]);
  });

  it('is logged off before `close` resolves', async () => {
    await use();
    pbx.faults.add({ when: 'Logoff', fault: { kind: 'slow', ms: 200 } });
    sleep(46);
    await use();
    await sessions.close();
    expect([asked(pbx, 'Logoff'), pbx.sessions]).toEqual([2, 0]);
  });
});

it('A warm session serves only requests with the same address, user, secret and CA', async () => {
  const { ca, otherCa, server } = await makeCertificates();
  await using pbx = await simulate({ tls: server });
  const sessions = new SessionPool();
  const known: PbxSettings = { url: pbx.url, ...USER, ca };
  sessions.giveBack(known, await sessions.borrow(known, { signal }));
  const borrow = (change: Partial<PbxSettings>) => sessions.borrow({ ...known, ...change }, { signal });

  await expect(borrow({ url: 'https://127.0.0.1:1' })).rejects.toMatchObject({ code: 'AJAM_UNREACHABLE' });
  await expect(borrow({ username: 'nobody' })).rejects.toMatchObject({ code: 'AJAM_AUTHENTICATION' });
  await expect(borrow({ secret: 'another' })).rejects.toMatchObject({ code: 'AJAM_AUTHENTICATION' });
  await expect(borrow({ ca: otherCa })).rejects.toMatchObject({ code: 'AJAM_CERTIFICATE' });

  const before = asked(pbx, 'Login');
  const session = await borrow({});
  expect(asked(pbx, 'Login')).toBe(before);
  await session.logoff();
});
