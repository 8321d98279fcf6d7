import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { AjamSession, isAjamError } from '../../lib/ajam/index.ts';
import { type SimulatorOptions, startSimulator } from '../../local/simulator/index.ts';
import { makeCertificates } from '../support/asterisk/certificates.ts';
import type { Certificates } from '../support/asterisk/types.ts';
import type { Fault } from '../support/fault-proxy/fault.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy/index.ts';

const USER = { username: 'callback', secret: 'simulated-secret', read: 'call', write: 'originate' };

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

type Scheme = 'http' | 'https' | 'https, not read';

/** Logs in through a proxy, sends three Pings, and returns what came of each action. */
async function throughProxy(scheme: Scheme, faults: Fault[]) {
  const options: SimulatorOptions = { users: [USER], ...(scheme !== 'http' && { tls: certificates.server }) };
  await using pbx = await startSimulator(options);
  await using proxy = await startFaultProxy({
    target: pbx.url,
    faults,
    ...(scheme === 'https' && { tls: certificates.server }),
  });
  const results: string[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
      results.push('done');
    } catch (error) {
      results.push(isAjamError(error) ? error.code : String(error));
    }
  };
  const session = await AjamSession.open({
    url: proxy.url,
    ca: scheme === 'http' ? undefined : certificates.ca,
    username: USER.username,
    secret: USER.secret,
    auth: 'plain',
    replyTimeoutMs: 400,
  });
  for (let n = 0; n < 3; n += 1) {
    await attempt(() => session.send({ action: 'Ping' }));
    await sleep(20);
  }
  await session.logoff();
  const executed = pbx.requests.filter(({ action }) => action === 'Ping').length;
  return { results, executed, ...snapshotOf(proxy) };
}

const snapshotOf = ({ struck, exchanges }: FaultProxy) => ({
  struck: struck.length,
  actions: exchanges.map(({ action }) => action),
});

const fault = (kind: Fault['kind'], more: Partial<Fault> = {}): Fault => ({
  kind,
  action: 'Ping',
  nth: 2,
  direction: 'reply',
  at: 0.5,
  ...more,
});

describe.each<Scheme>(['http', 'https'])('the fault proxy over %s', (scheme) => {
  it('passes everything on when there is no fault', async () => {
    expect(await throughProxy(scheme, [])).toEqual({
      results: ['done', 'done', 'done'],
      executed: 3,
      struck: 0,
      actions: ['Login', 'Ping', 'Ping', 'Ping', 'Logoff'],
    });
  });

  it.each<[Fault['kind'], Partial<Fault>, string, number]>([
    ['cut', {}, 'AJAM_NO_REPLY', 3],
    ['cut', { at: 0 }, 'AJAM_NO_REPLY', 3],
    ['cut', { at: 1 }, 'done', 3],
    ['reset', {}, 'AJAM_NO_REPLY', 3],
    ['stall', {}, 'AJAM_NO_REPLY', 3],
    ['garble', {}, 'AJAM_', 3],
    ['duplicate', { at: 0 }, 'done', 3],
    ['delay', { ms: 100 }, 'done', 3],
    ['delay', { ms: 800 }, 'AJAM_NO_REPLY', 3],
    ['replay', {}, 'AJAM_NOT_AJAM', 3],
    ['cut', { direction: 'request' }, 'AJAM_NO_REPLY', 2],
    ['reset', { direction: 'request' }, 'AJAM_NO_REPLY', 2],
    ['stall', { direction: 'request' }, 'AJAM_NO_REPLY', 2],
    ['cut', { direction: 'request', at: 1 }, 'AJAM_NO_REPLY', 3],
  ])('strikes the second Ping alone: %s %j', async (kind, more, result, executed) => {
    const seen = await throughProxy(scheme, [fault(kind, more)]);
    expect(seen.struck).toBe(1);
    expect(seen.results[0]).toBe('done');
    expect(seen.results[1]).toContain(result);
    expect(seen.results[2]).toBe('done');
    expect(seen.executed).toBe(executed);
  });

  it('strikes as many faults as it was given', async () => {
    const faults = [fault('cut', { nth: 1 }), fault('reset', { nth: 2 })];
    expect(await throughProxy(scheme, faults)).toMatchObject({
      struck: 2,
      results: ['AJAM_NO_REPLY', 'AJAM_NO_REPLY', 'done'],
    });
  });
});

describe('the fault proxy over https that it does not read', () => {
  it('passes everything on when there is no fault', async () => {
    expect(await throughProxy('https, not read', [])).toMatchObject({
      results: ['done', 'done', 'done'],
      executed: 3,
    });
  });

  // Turn 1 is the handshake, 2 the login, 3 the first Ping.
  it.each<[Fault['kind'], Partial<Fault>]>([
    ['cut', {}],
    ['cut', { direction: 'request' }],
    ['reset', {}],
    ['stall', {}],
    ['garble', {}],
    ['garble', { direction: 'request' }],
    ['duplicate', {}],
  ])('strikes encrypted bytes: %s %j', async (kind, more) => {
    const one = fault(kind, { action: 'turn', nth: 3, at: 20, ...more });
    const { results, struck } = await throughProxy('https, not read', [one]);
    expect(struck).toBe(1);
    expect(results.slice(0, 2)).toContainEqual(expect.stringMatching(/^AJAM_|^done$/));
    expect(results[2]).toBe('done');
  });
});
