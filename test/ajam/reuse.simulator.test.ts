import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, Simulator } from '../../local/simulator/index.ts';
import { asked, openSession, originate, simulate } from '../support/ajam/simulated.ts';

let pbx: Simulator;
beforeEach(async () => {
  pbx = await simulate();
});
afterEach(() => pbx.close());

/** Returns the connection of each Originate, in order. */
const connectionsOfOriginates = (): number[] =>
  pbx.requests.filter(({ action }) => action === 'Originate').map(({ connection }) => connection);

describe('an AJAM session', () => {
  it('reuses its connection', async () => {
    const session = await openSession(pbx);
    for (let n = 0; n < 5; n++) await session.send(originate());
    expect(connectionsOfOriginates()).toEqual([1, 1, 1, 1, 1]);
    await session.logoff();
  });

  it('does not reuse a connection that was idle for longer than maxIdleMs', async () => {
    const session = await openSession(pbx, { maxIdleMs: 50 });
    await session.send(originate());
    await sleep(120);
    await session.send(originate());
    expect(connectionsOfOriginates()).toEqual([1, 2]);
    await session.logoff();
  });

  it.each<Fault>([{ kind: 'close after reply' }, { kind: 'hang up after reply' }])(
    'places exactly one call after the fault $kind',
    async (fault) => {
      const session = await openSession(pbx);
      for (let n = 1; n <= 20; n++) {
        pbx.faults.add({ fault, when: 'Ping' });
        await session.send({ action: 'Ping' });
        await session.send(originate());
        expect(pbx.calls).toHaveLength(n);
      }
      expect(new Set(connectionsOfOriginates()).size).toBe(20);
      await session.logoff();
    },
  );

  it('places exactly one call after Asterisk closed the idle connection', async () => {
    await using other = await simulate({ closeIdleAfterMs: 30 });
    const session = await openSession(other);
    await sleep(100);
    await session.send(originate());
    expect(other.calls).toHaveLength(1);
    expect(other.connections).toBe(2);
    await session.logoff();
  });

  it('notices a close that arrives in the same turn of the event loop', async () => {
    const session = await openSession(pbx);
    // After a read the loop is in its poll phase. It does not notice the close below in that phase.
    await new Promise<void>((resolve) => readFile(fileURLToPath(import.meta.url), () => resolve()));
    pbx.dropConnections();
    await session.send(originate());
    expect(connectionsOfOriginates()).toEqual([2]);
    await session.logoff();
  });

  it('places exactly one call after a new login when the PBX was restarted', async () => {
    const session = await openSession(pbx);
    pbx.forgetSessions();
    pbx.dropConnections();
    await expect(session.send(originate())).rejects.toMatchObject({ code: 'AJAM_SESSION_LOST' });
    await session.login();
    await session.send(originate());
    expect([pbx.calls.length, asked(pbx, 'Login')]).toEqual([1, 2]);
    await session.logoff();
  });
});

describe('an AJAM session in a process that was frozen', () => {
  const frozen = async (maxIdleMs: number, whileFrozen: () => Promise<void>): Promise<string> => {
    const script = fileURLToPath(new URL('../support/ajam/frozen-client.ts', import.meta.url));
    const child = spawn(process.execPath, [script, pbx.url, String(maxIdleMs)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      await lines.next();
      child.kill('SIGSTOP');
      // As with Lambda, the request is there before the process continues. It is read together with the close.
      child.stdin.write('cb_frozen\n');
      await whileFrozen();
      child.kill('SIGCONT');
      const { value } = await lines.next();
      child.stdin.end();
      await once(child, 'exit');
      return String(value);
    } finally {
      child.kill('SIGKILL');
    }
  };

  it('never sends an Originate over a connection that was closed meanwhile', async () => {
    const result = await frozen(5000, async () => {
      pbx.dropConnections();
      await sleep(50);
    });
    expect(result).toBe('Success');
    expect(connectionsOfOriginates()).toEqual([2]);
    expect(pbx.calls).toHaveLength(1);
  });

  it('does not reuse a connection that was idle too long by the wall clock', async () => {
    const result = await frozen(200, () => sleep(400));
    expect(result).toBe('Success');
    expect(connectionsOfOriginates()).toEqual([2]);
  });

  it('reuses its connection after a short time', async () => {
    const result = await frozen(5000, () => sleep(50));
    expect(result).toBe('Success');
    expect(connectionsOfOriginates()).toEqual([1]);
  });
});
