import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from './contenders.ts';

/** Lets Asterisk finish a call before the next one is timed. */
const SETTLE_MS = 2;

export type Times = Map<Contender, readonly number[]>;

/** Times all contenders in turn, round by round. */
export async function measure(contenders: readonly Contender[], times: number): Promise<Times> {
  const taken = new Map(contenders.map((contender): [Contender, number[]] => [contender, []]));
  for (let round = 0; round < times; round++) {
    // Each contender begins equally many rounds, because the previous contender influences the time of the next contender.
    const turn = round % contenders.length;
    for (const contender of [...contenders.slice(turn), ...contenders.slice(0, turn)]) {
      await contender.before?.();
      await sleep(SETTLE_MS);
      const started = performance.now();
      await contender.call();
      taken.get(contender)?.push(performance.now() - started);
      await contender.after?.();
      await sleep(SETTLE_MS);
    }
  }
  return taken;
}

/** An aim, and whether the times reached it. */
export type Aim = [aim: string, met: boolean];

/** Prints the aims. With `check`, the program ends with status 1 if an aim was missed. */
export function reportAims(aims: readonly Aim[], check: boolean): void {
  for (const [aim, met] of aims) console.log(`${met ? 'met   ' : 'MISSED'}  ${aim}`);
  if (check && aims.some(([, met]) => !met)) process.exitCode = 1;
}

export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
