import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { CallbackView, PlacedCallback } from '../../../lib/calls/callback.ts';
import { CallbackError } from '../../../lib/calls/callback-error.ts';
import { KEY_LEASE_MS } from '../../../lib/store/idempotency-keys.ts';
import { type Packet, type Pbx, watchEvents } from '../asterisk/index.ts';
import { sqliteStore } from '../store/sqlite-folder.ts';
import type { DyingTask } from './dying-process.ts';
import { dialOnce, servicesFor, technologyNamed } from './services.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('dying-process.ts', import.meta.url));

/** The customer answers and hangs up half a second later. */
const INPUT = { to: '+74951234507', agent: '3200', route: 'agent-first', wait: 'completed', waitSeconds: 20 };

interface Finished {
  steps: number;
  callback: CallbackView;
}

/** Lets processes die at points of placing a callback, and checks what is left of each. */
export class Crashes implements AsyncDisposable {
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
   * Lets a process die before one piece of its work, and then sends the same request again in this process, as a client
   * would. No phone rings twice, and the record says what Asterisk says.
   */
  async check(diesAt: number): Promise<void> {
    await using watcher = await watchEvents(this.#pbx);
    const key = randomUUID();
    await this.#place(key, diesAt);
    const repeated = await this.#repeat(key);
    const rung = watcher.events().filter(isFirstChannel);
    expect(rung.length).toBeLessThanOrEqual(1);
    const [call] = rung;
    const { id, status, live } = repeated.callback;
    if (!call) {
      // It died between the claim and the Originate. Nobody knows that, so nobody dials again.
      expect([status, repeated.replayed]).toEqual(['unknown', true]);
      return;
    }
    expect(id).toBe(call['Uniqueid']);
    // It died while it waited: the record keeps what was seen last, and says that the call is over.
    if (status !== 'completed') expect([live, repeated.replayed]).toEqual([false, true]);
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

  /** Sends the request again until it gets the callback: a key is free again after its lease at the latest. */
  async #repeat(key: string): Promise<PlacedCallback> {
    const store = sqliteStore(this.#folder);
    const { httpUrl, users } = this.#pbx;
    const services = servicesFor({ httpUrl }, users.control, technologyNamed('Local'), {}, async () => store);
    try {
      for (let waited = 0; ; waited += 500) {
        try {
          const placed = await dialOnce(services, INPUT, key);
          const { status, live } = placed.callback;
          if (status === 'completed' || status === 'unknown' || live === false) return placed;
        } catch (error) {
          if (error instanceof CallbackError && error.callback?.status === 'unknown') {
            return { callback: error.callback as CallbackView, replayed: true };
          }
          if (!(error instanceof CallbackError) || waited > 2 * KEY_LEASE_MS) throw error;
        }
        await sleep(500);
      }
    } finally {
      await services.sessions.close();
      await store.close();
    }
  }
}

/** The first half of the Local channel that an Originate makes. It has the callback's id. */
const isFirstChannel = ({ Event, Uniqueid = '' }: Packet): boolean =>
  Event === 'Newchannel' && /^cb_[0-9a-f]{32}$/.test(Uniqueid);
