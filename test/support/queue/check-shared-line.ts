import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { CallbackView } from '../../../lib/calls/callback.ts';
import type { Packet, Pbx, Watcher } from '../asterisk/index.ts';
import { callsOf } from './line-calls.ts';
import { SharedLine, type SharedLineOptions } from './shared-line.ts';

interface Wanted extends SharedLineOptions {
  callbacks: number;
}

/** A busy line reaches 80 % of the ideal throughput. A machine that is busy with other tests does not. */
interface Pace {
  share: number;
}

/** Rings for half a second, answers; the customer answers and hangs up. */
const QUICK = { agent: '3208', to: '+74951234507' };
/** A lease, with the time to notice that it has ended. */
const FREEZE_MS = 45_000;
const LATEST_MS = 180_000;

/** Places callbacks through all processes at once, and checks that the line keeps what it promises. */
export async function checkThroughput(
  pbx: Pbx,
  watcher: Watcher,
  { callbacks, share, ...options }: Wanted & Pace,
): Promise<void> {
  await using line = await SharedLine.open(pbx, options);
  await line.place(callbacks, QUICK);
  const ended = await line.untilEnded(LATEST_MS);
  const calls = callsOf(watcher.events(), line.ids);
  expect(calls.rung.toSorted()).toEqual(line.ids.toSorted());
  expect(calls.most).toBeLessThanOrEqual(options.capacity);
  expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['completed']));
  expect(new Set(ended.map(({ attempts }) => attempts.length))).toEqual(new Set([1]));
  await agreesWithCdr(watcher, line.ids);
  const idealSeconds = (callbacks * calls.callSeconds) / options.capacity;
  expect(calls.seconds).toBeLessThan(idealSeconds / share + calls.callSeconds);
}

/** Kills all processes again and again, starts them again, and checks what became of each callback. */
export async function checkKills(
  pbx: Pbx,
  watcher: Watcher,
  { callbacks, kills, ...options }: Wanted & { kills: number },
): Promise<void> {
  await using line = await SharedLine.open(pbx, options);
  await line.place(callbacks, QUICK);
  // Calls that ended while nobody listened, or whose Originate was on its way.
  const unheard = new Set<string>();
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(500 + Math.random() * 3_000);
    const ended = new Set((await line.read()).map(({ id }) => id));
    await line.kill();
    const rungBefore = callsOf(watcher.events(), line.ids).rung;
    const rung = rungBefore.length;
    // On a busy machine the runner learns of the end of a call later than the watcher.
    const before = rungBefore.filter((id) => !ended.has(id));
    await line.start();
    const after = callsOf(watcher.events(), line.ids);
    for (const id of [...before, ...after.live, ...after.rung.slice(rung)]) unheard.add(id);
  }
  const ended = await line.untilEnded(LATEST_MS);
  await checkOnce(watcher, line, ended);
  const { rung } = callsOf(watcher.events(), line.ids);
  const unknown = ended.filter(({ status }) => status === 'unknown').map(({ id }) => id);
  expect(unknown.filter((id) => rung.includes(id) && !unheard.has(id))).toEqual([]);
  expect(unknown.length).toBeLessThanOrEqual(kills * options.capacity);
}

/** Stops the process that works the line for longer than its lease lasts, and lets it go on. */
export async function checkFreeze(
  pbx: Pbx,
  watcher: Watcher,
  { callbacks, freezes, ...options }: Wanted & { freezes: number },
): Promise<void> {
  await using line = await SharedLine.open(pbx, options);
  for (let freeze = 0; freeze < freezes; freeze += 1) {
    const [runner, other] = line.processes;
    if (!runner || !other) throw new Error('two processes are needed');
    // The process that accepts the first one becomes the runner.
    line.processes = [runner];
    await line.place(callbacks, QUICK);
    await sleep(Math.random() * 2_000);
    runner.freeze();
    await sleep(FREEZE_MS);
    runner.thaw();
    line.processes = [other, runner];
    await line.untilEnded(LATEST_MS);
  }
  await checkOnce(watcher, line, await line.read());
  expect(callsOf(watcher.events(), line.ids).most).toBeLessThanOrEqual(options.capacity);
}

/** No phone rang twice, and every record that is not unknown tells what the PBX did. */
async function checkOnce(watcher: Watcher, line: SharedLine, ended: readonly CallbackView[]): Promise<void> {
  const { rung, live } = callsOf(watcher.events(), line.ids);
  expect(rung.length).toBe(new Set(rung).size);
  expect([...live]).toEqual([]);
  expect(new Set(ended.flatMap(({ attempts }) => attempts.length))).toEqual(new Set([1]));
  for (const { id, status } of ended) {
    expect(['completed', 'unknown']).toContain(status);
    if (status === 'completed') expect(rung).toContain(id);
  }
  const completed = ended.filter(({ status }) => status === 'completed');
  await agreesWithCdr(
    watcher,
    completed.map(({ id }) => id),
  );
}

/** Asterisk's own records say of these callbacks, too, that they were answered. It writes them after the hangup. */
async function agreesWithCdr(watcher: Watcher, completed: readonly string[]): Promise<void> {
  const isCdr = (id: string) => (event: Packet) => event['Event'] === 'Cdr' && event['UniqueID'] === id;
  const records = await Promise.all(completed.map((id) => watcher.waitFor(isCdr(id))));
  expect(new Set(records.map((record) => record['Disposition']))).toEqual(new Set(['ANSWERED']));
}
