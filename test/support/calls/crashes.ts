import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { CallbackView, PlacedCallback } from '../../../lib/calls/callback.ts';
import { CallbackError } from '../../../lib/problems/callback-error.ts';
import { type Packet, type Pbx, type Watcher, watchEvents } from '../asterisk/index.ts';
import { sqliteStore } from '../store/sqlite-folder.ts';
import type { DyingTask } from './dying-process.ts';
import { dialOnce, servicesFor, technologyNamed } from './services.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('dying-process.ts', import.meta.url));

/** The customer answers and hangs up half a second later. */
const INPUT = { to: '+74951234507', agent: '3200', route: 'agent-first', wait: 'completed', waitSeconds: 20 };

/** The key's lease is 20 s, and an attempt without a reply counts as lost after 30 s. */
const LEASES_END_MS = 60_000;
const BETWEEN_LOOKS_MS = 100;
const CHANNEL_APPEARS_MS = 500;
const CALL_ENDS_MS = 20_000;

interface Finished {
  steps: number;
  callback: CallbackView;
}

/** Declares tests that let a process die at so many points, spread over all its work. */
export function itSurvivesCrashes(pbx: Pbx, points: number): void {
  let crashes: Crashes;
  let steps: number;
  beforeAll(async () => {
    crashes = await Crashes.on(pbx);
    steps = await crashes.stepsOfOneCallback();
    expect(steps).toBeGreaterThan(100);
  });
  afterAll(() => crashes[Symbol.asyncDispose]());

  it.each(Array.from({ length: points }, (_, index) => index + 1))(
    `rings nobody twice when it dies at point %d of ${points}, and the record agrees with the CDR`,
    async (point) => {
      await crashes.check(Math.ceil((steps * point) / (points + 1)));
    },
    120_000,
  );
}

/** Lets processes die at points of placing a callback, and checks what is left of each. */
class Crashes implements AsyncDisposable {
  readonly #pbx: Pbx;
  readonly #folder: string;

  private constructor(pbx: Pbx, folder: string) {
    this.#pbx = pbx;
    this.#folder = folder;
  }

  static async on(pbx: Pbx): Promise<Crashes> {
    return new Crashes(pbx, await mkdtemp(join(tmpdir(), 'asterisk-callback-crash-')));
  }

  /** Returns in how many pieces of asynchronous work a callback is placed, waited for and recorded. */
  async stepsOfOneCallback(): Promise<number> {
    const finished = await this.#place(randomUUID(), null);
    return finished?.steps ?? 0;
  }

  /**
   * Lets a process die before one piece of its work, and then sends the same request again, as a client would a minute
   * later. No phone rings twice, and the record agrees with Asterisk's own record of the call (CDR).
   */
  async check(diesAt: number): Promise<void> {
    await using watcher = await watchEvents(this.#pbx);
    const key = randomUUID();
    await this.#place(key, diesAt);
    const { replayed, callback } = await this.#repeat(key);
    const [call, ...others] = await ringing(watcher);
    expect(others).toEqual([]);
    const { id, status, live, legs } = callback;
    if (!call) {
      // It died between the claim and the Originate. Nobody knows that, so nobody dials again.
      expect([status, replayed, recordsIn(watcher, id)]).toEqual(['unknown', true, []]);
      return;
    }
    expect(id).toBe(call['Uniqueid']);
    await watcher.waitFor((event) => isRecordOf(event, id), CALL_ENDS_MS);
    const records = recordsIn(watcher, id);
    expect(new Set(records.map(({ Channel }) => Channel))).toEqual(new Set([call['Channel']]));
    const answered = records.find(({ Disposition }) => Disposition === 'ANSWERED');
    if (legs.first.status === 'answered') expect(answered).toBeDefined();
    if (status === 'completed') expect(answered?.['DestinationChannel']).not.toBe('');
    // It died while it waited: the record keeps what was seen last, and says that the call is over.
    if (status !== 'completed') expect([live, replayed]).toEqual([false, true]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #place(key: string, diesAt: number | null): Promise<Finished | undefined> {
    const { httpUrl, users } = this.#pbx;
    const task: DyingTask = {
      ...{ pbx: { httpUrl }, user: users.control, folder: this.#folder, key, input: INPUT, diesAt },
    };
    try {
      const { stdout } = await run(process.execPath, [SCRIPT, JSON.stringify(task)]);
      return JSON.parse(stdout) as Finished;
    } catch (error) {
      // Node reports the signal. Anything else is a fault of the test.
      if ((error as { signal?: unknown }).signal === 'SIGKILL') return undefined;
      throw error;
    }
  }

  /** Sends the request again until the call has ended. No lease of the dead process holds any more. */
  async #repeat(key: string): Promise<PlacedCallback> {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + LEASES_END_MS });
    const store = sqliteStore(this.#folder);
    const { httpUrl, users } = this.#pbx;
    const services = servicesFor({ httpUrl }, users.control, technologyNamed('Local'), {}, async () => store);
    try {
      for (;;) {
        const placed = await dialOnce(services, INPUT, key);
        const { status, live } = placed.callback;
        if (status === 'completed' || status === 'unknown' || live === false) return placed;
        await sleep(BETWEEN_LOOKS_MS);
      }
    } catch (error) {
      if (!(error instanceof CallbackError && error.callback?.status === 'unknown')) throw error;
      return { callback: error.callback as CallbackView, replayed: true };
    } finally {
      vi.useRealTimers();
      await services.sessions.close();
      await store.close();
    }
  }
}

/** Returns the first channels of calls. Asterisk makes one within milliseconds of an Originate. */
async function ringing(watcher: Watcher): Promise<Packet[]> {
  await watcher.waitFor(isFirstChannel, CHANNEL_APPEARS_MS).catch(() => undefined);
  return watcher.events().filter(isFirstChannel);
}

const isRecordOf = ({ Event, UniqueID }: Packet, id: string): boolean => Event === 'Cdr' && UniqueID === id;

const recordsIn = (watcher: Watcher, id: string): Packet[] =>
  watcher.events().filter((event) => isRecordOf(event, id));

/** The first half of the Local channel that an Originate makes. It has the callback's id. */
const isFirstChannel = ({ Event, Uniqueid = '' }: Packet): boolean =>
  Event === 'Newchannel' && /^cb_[0-9a-f]{32}$/.test(Uniqueid);
