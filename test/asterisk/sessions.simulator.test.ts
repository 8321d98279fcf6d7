import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WarmSessions } from '../../lib/asterisk/session-pool.ts';
import type { PbxSettings } from '../../lib/settings/settings.ts';
import type { Simulator } from '../../local/simulator/index.ts';
import { asked, simulate, USER } from '../support/ajam/simulated.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';

const signal = AbortSignal.timeout(600_000);

describe('A warm session', () => {
  let pbx: Simulator;
  let sessions: WarmSessions;
  beforeEach(async () => {
    pbx = await simulate();
    sessions = new WarmSessions();
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
    await sessions.giveBack(known(), session);
  };
  const sleep = (seconds: number): void => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
  };

  it('serves again, until Asterisk may soon forget it', async () => {
    await use();
    sleep(40);
    await use();
    expect(asked(pbx, 'Login')).toBe(1);
    sleep(46);
    await use();
    expect(asked(pbx, 'Login')).toBe(2);
  });

  it('is not kept for ever, however often it serves: what Asterisk keeps for it goes with it', async () => {
    await use();
    for (const seconds of [30, 31]) {
      sleep(seconds);
      await use();
    }
    expect([asked(pbx, 'Login'), asked(pbx, 'Logoff'), pbx.sessions]).toEqual([1, 1, 0]);
    await use();
    expect(asked(pbx, 'Login')).toBe(2);
  });

  it('is one of eight at most', async () => {
    const borrowed = await Promise.all(
      Array.from({ length: 10 }, () => sessions.borrow(known(), { signal })),
    );
    expect(pbx.sessions).toBe(10);
    for (const session of borrowed) await sessions.giveBack(known(), session);
    expect(pbx.sessions).toBe(8);
    await sessions.close();
    expect(pbx.sessions).toBe(0);
  });
});

it('A warm session is for who is known by the same address, user, secret and CA', async () => {
  const { ca, otherCa, server } = await makeCertificates();
  await using pbx = await simulate({ tls: server });
  const sessions = new WarmSessions();
  const known: PbxSettings = { url: pbx.url, ...USER, ca };
  await sessions.giveBack(known, await sessions.borrow(known, { signal }));
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
