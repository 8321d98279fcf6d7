import { describe, expect, it } from 'vitest';
import { Hints } from '../../lib/queue/busy-by-hint.ts';
import type { LineServices } from '../../lib/queue/line-services.ts';
import { VirtualProcess, VirtualTime } from '../support/queue/virtual-time.ts';

/** A PBX that answers after `answerMs`, and says that `busy` are in a call. */
function openHints({ answerMs = 20, fails = false }: { answerMs?: number; fails?: boolean } = {}) {
  const time = new VirtualTime(0);
  const busy = new Set<string>();
  const asked: string[][] = [];
  let freed = 0;
  const busyAgents = async (_pbx: string, _context: string, agents: readonly string[]) => {
    asked.push([...agents]);
    await time.sleep(answerMs);
    if (fails) throw new Error('the PBX is silent');
    return new Set(agents.filter((agent) => busy.has(agent)));
  };
  const { clock } = new VirtualProcess(time);
  const calls = { busyAgents } as unknown as LineServices['calls'];
  const logged: string[] = [];
  const hints = new Hints({ calls, clock, log: (text) => logged.push(text) }, () => {
    freed += 1;
  });
  const busyOf = (agents = ['3200', '3201']) => hints.busyOf({ pbx: 'main', context: 'internal', agents });
  return { time, busy, asked, busyOf, logged, freed: () => freed };
}

describe('The hints of a line’s agents', () => {
  it('keep agents waiting for the first answer, and then only those who are busy', async () => {
    const { time, busy, busyOf, freed } = openHints();
    busy.add('3201');
    expect(busyOf()).toEqual(['3200', '3201']);
    await time.run(20);
    expect([busyOf(), freed()]).toEqual([['3201'], 1]);
  });

  it('free an agent whose other call has ended, and wake the runner then', async () => {
    const { time, busy, busyOf, freed } = openHints();
    busy.add('3201');
    busyOf();
    await time.run(1_000);
    busy.clear();
    expect(busyOf()).toEqual(['3201']);
    await time.run(1_020);
    expect([busyOf(), freed()]).toEqual([[], 2]);
    await time.run(2_000);
    busyOf();
    await time.run(3_000);
    expect(freed()).toBe(2);
  });

  it('are not taken from an old answer: the PBX is asked again first', async () => {
    const { time, busy, busyOf } = openHints();
    busyOf();
    await time.run(10_000);
    busy.add('3200');
    expect(busyOf()).toEqual(['3200', '3201']);
    await time.run(10_020);
    expect(busyOf()).toEqual(['3200']);
  });

  it('count as idle after three seconds while the PBX does not answer, which is not asked twice meanwhile', async () => {
    const { time, asked, busyOf } = openHints({ answerMs: 60_000 });
    expect(busyOf()).toEqual(['3200', '3201']);
    await time.run(3_000);
    expect(busyOf()).toEqual([]);
    await time.run(50_000);
    expect([busyOf(), asked]).toEqual([[], [['3200', '3201']]]);
  });

  it('count as idle while the PBX answers with an error', async () => {
    const { time, busyOf } = openHints({ fails: true });
    busyOf();
    await time.run(100);
    expect(busyOf()).toEqual([]);
  });

  it('count as idle at every look while the PBX refuses to say, which is logged once', async () => {
    const { time, asked, busyOf, logged, freed } = openHints({ fails: true });
    busyOf();
    for (const at of [1_000, 2_000, 3_000, 4_000, 5_000]) {
      const woken = freed();
      await time.run(at);
      // The runner looks again as soon as it is woken.
      if (freed() > woken) expect(busyOf()).toEqual([]);
      busyOf();
    }
    expect([asked.length, freed(), logged.length]).toEqual([2, 2, 1]);
  });

  it('of more than a hundred agents are asked for in turn', async () => {
    const { time, asked, busyOf } = openHints();
    const agents = Array.from({ length: 150 }, (_, index) => String(3000 + index));
    busyOf(agents);
    await time.run(1_000);
    busyOf(agents);
    expect(asked.map(({ length }) => length)).toEqual([100, 100]);
    expect(new Set(asked.flat()).size).toBe(150);
  });
});
