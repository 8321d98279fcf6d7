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

/** The connection that each Originate came in on, in order. */
const connectionsOfOriginates = (): number[] =>
  pbx.requests.filter(({ action }) => action === 'Originate').map(({ connection }) => connection);

describe('a warm session', () => {
  it('uses its connection again', async () => {
    const session = await openSession(pbx);
    for (let n = 0; n < 5; n++) await session.send(originate());
    expect(connectionsOfOriginates()).toEqual([1, 1, 1, 1, 1]);
    await session.logoff();
  });

  it('does not use a connection that was idle for longer than maxIdleMs', async () => {
    const session = await openSession(pbx, { maxIdleMs: 50 });
    await session.send(originate());
    await sleep(120);
    await session.send(originate());
    expect(connectionsOfOriginates()).toEqual([1, 2]);
    await session.logoff();
  });

  it.each<Fault>([{ kind: 'close after reply' }, { kind: 'hang up after reply' }])(
    'places one call, at once, after a $kind',
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

  it('places one call after Asterisk closed the idle connection', async () => {
    await using impatient = await simulate({ closeIdleAfterMs: 30 });
    const session = await openSession(impatient);
    await sleep(100);
    await session.send(originate());
    expect(impatient.calls).toHaveLength(1);
    expect(impatient.connections).toBe(2);
    await session.logoff();
  });

  it('sees a close that arrives in the same turn of the event loop', async () => {
    const session = await openSession(pbx);
    // What runs after a read is in the loop's poll phase: the close below is not looked at in that phase.
    await new Promise<void>((resolve) => readFile(fileURLToPath(import.meta.url), () => resolve()));
    pbx.dropConnections();
    await session.send(originate());
    expect(connectionsOfOriginates()).toEqual([2]);
    await session.logoff();
  });

  it('logs in once more when the PBX was restarted, and places one call', async () => {
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

describe('a frozen process', () => {
  const frozen = async (maxIdleMs: number, whileFrozen: () => Promise<void>): Promise<string> => {
    const script = fileURLToPath(new URL('../support/ajam/frozen-client.ts', import.meta.url));
    const child = spawn(process.execPath, [script, pbx.url, String(maxIdleMs)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      await lines.next();
      child.kill('SIGSTOP');
      // The order is there before the process wakes up, as with Lambda: it is read together with the close.
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

  it('whose connection was closed meanwhile never sends the order on it', async () => {
    const told = await frozen(5000, async () => {
      pbx.dropConnections();
      await sleep(50);
    });
    expect(told).toBe('Success');
    expect(connectionsOfOriginates()).toEqual([2]);
    expect(pbx.calls).toHaveLength(1);
  });

  it('goes by the clock on the wall: idle too long, a connection that looks alive is left', async () => {
    const told = await frozen(200, () => sleep(400));
    expect(told).toBe('Success');
    expect(connectionsOfOriginates()).toEqual([2]);
  });

  it('that slept for a moment goes on with its connection', async () => {
    const told = await frozen(5000, () => sleep(50));
    expect(told).toBe('Success');
    expect(connectionsOfOriginates()).toEqual([1]);
  });
});
