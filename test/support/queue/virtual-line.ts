import { newCallbackId } from '../../../lib/calls/callback-id.ts';
import { LineRunner } from '../../../lib/queue/line-runner.ts';
import type { LineRoute, LineSettings } from '../../../lib/queue/line-services.ts';
import type { StoredCallback } from '../../../lib/store/callback-record.ts';
import type { ItemTable } from '../../../lib/store/item-table.ts';
import { SqliteTable } from '../../../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';
import { newRecord } from '../store/records.ts';
import { type CallPlan, VirtualPbx } from './virtual-pbx.ts';
import { VirtualProcess, VirtualTime } from './virtual-time.ts';

export const START = Date.parse('2026-11-28T09:00:00Z');
const MINUTE = 60_000;

export const answered: CallPlan = { agent: 'answers', customer: 'answers', ringMs: 300, talkMs: 1_400 };

interface Options {
  settings?: Partial<Omit<LineSettings, 'route'>>;
  route?: Partial<LineRoute>;
  planOf?: (channelId: string, agent: string) => CallPlan;
  latencyMs?: () => number;
  /** How far the lists lag behind. */
  lagMs?: () => number;
  /** Watches the operations of the store. */
  watch?: (table: ItemTable) => ItemTable;
}

interface Wanted {
  /** Seconds after the start. */
  due?: number;
  priority?: number;
  agent?: string;
  /** Seconds after it is due. */
  expires?: number;
  /** Instead of `expires`. */
  expiresAt?: number;
  /** Fields of the request. */
  request?: Readonly<Record<string, unknown>>;
}

/** A line with its store, its PBX and any number of processes, in virtual time. */
export class VirtualLine {
  readonly time = new VirtualTime(START);
  readonly pbx: VirtualPbx;
  readonly store: Store;
  readonly processes: VirtualProcess[] = [];
  settings: LineSettings | undefined;
  /** The most calls that lived at once. */
  mostLive = 0;
  /** Agents who had two calls at once. */
  readonly doubled: string[] = [];
  readonly #running = new Map<VirtualProcess, LineRunner>();
  readonly #latencyMs: () => number;
  readonly #lagMs: () => number;
  #ids = 0;

  constructor({
    settings,
    route,
    planOf = () => answered,
    latencyMs = () => 2,
    lagMs = () => 0,
    watch = (table) => table,
  }: Options = {}) {
    this.pbx = new VirtualPbx(this.time, planOf);
    const now = (): number => this.time.now;
    this.store = createStore(watch(new SqliteTable({ now })), { now });
    this.#latencyMs = latencyMs;
    this.#lagMs = lagMs;
    const lineRoute: LineRoute = {
      pbxs: ['main'],
      nextAttempt: (at, seconds) => ({
        dueAt: at + seconds * 1000,
        expiresAt: at + seconds * 1000 + 60 * MINUTE,
      }),
      ...route,
    };
    this.settings = {
      ...{ capacity: 10, perAgent: true, startsPerSecond: 20, wrapUpSeconds: 0, maxTalkSeconds: 3600 },
      route: () => lineRoute,
      ...settings,
    };
    this.pbx.onCall = ({ agent }) => {
      const { live } = this.pbx;
      this.mostLive = Math.max(this.mostLive, live.length);
      if (live.filter((call) => call.agent === agent).length > 1) this.doubled.push(agent);
    };
  }

  /** Accepts a callback, as a request does. Its runner is not woken: that is the tick's work. */
  async accept(wanted: Wanted = {}): Promise<string> {
    const { due = 0, priority = 5, agent, expires = 3600, request } = wanted;
    const id = newCallbackId(this.time.now);
    const dueAt = this.time.now + due * 1000;
    const record = newRecord({ createdAt: this.time.now, agent: agent ?? `32${this.#ids++}` });
    const callback = {
      ...record.callback,
      id,
      status: due > 0 ? ('scheduled' as const) : ('queued' as const),
    };
    const saved = await this.store.saveCallback({
      ...record,
      request: { ...record.request, ...request },
      callback: { ...callback, asterisk: { actionId: id } },
      ...{ line: 'sales', dueAt, priority, expiresAt: wanted.expiresAt ?? dueAt + expires * 1000 },
    });
    if (!saved) throw new Error('the id is taken');
    return id;
  }

  /** Starts a process with a runner, as a tick does. */
  startRunner(options: { skewMs?: number; forMs?: number } = {}): VirtualProcess {
    const process = new VirtualProcess(this.time, options.skewMs);
    this.processes.push(process);
    const runner = new LineRunner(
      {
        store: process.remote(this.#laggingStore(), this.#latencyMs),
        clock: process.clock,
        calls: this.pbx.from(process),
        settings: async () => this.settings,
        log: () => undefined,
      },
      {
        line: 'sales',
        owner: `runner-${this.processes.length}`,
        until: this.time.now + (options.forMs ?? 14 * MINUTE),
      },
    );
    this.#running.set(process, runner);
    void runner.run().finally(() => this.#running.delete(process));
    return process;
  }

  isRunning(process: VirtualProcess): boolean {
    return this.#running.has(process);
  }

  /** Ends the runner of a process in good order. */
  stop(process: VirtualProcess): void {
    this.#running.get(process)?.stop();
  }

  /** Its lists are what they were a moment ago. */
  #laggingStore(): Store {
    const late =
      <Arguments extends unknown[], Result>(list: (...args: Arguments) => Promise<Result>) =>
      async (...args: Arguments): Promise<Result> => {
        const result = await list(...args);
        await this.time.sleep(this.#lagMs());
        return result;
      };
    const { listQueued, listScheduled, listOpen } = this.store;
    return {
      ...this.store,
      listQueued: late(listQueued),
      listScheduled: late(listScheduled),
      listOpen: late(listOpen),
    };
  }

  /** Starts a runner every minute. One that is not needed ends at once. */
  tick(untilMs: number, fromMs = 0): void {
    for (let at = fromMs; at < untilMs; at += MINUTE) this.time.at(START + at, () => this.startRunner());
  }

  async records(ids: readonly string[]): Promise<StoredCallback[]> {
    const records = await Promise.all(ids.map((id) => this.store.readCallback(id)));
    return records.map((record) => {
      if (!record) throw new Error('a record is gone');
      return record;
    });
  }
}
