import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { CallbackView } from '../../../lib/calls/callback.ts';
import { isFinal } from '../../../lib/store/callback-record.ts';
import type { Pbx } from '../asterisk/index.ts';
import { json, settingsFor } from '../http/settings.ts';
import { type StartedProcess, startProcess } from '../local/start-process.ts';

/** The end of a lease, the difference of two clocks, and the time to look. */
const LEASE_MS = 40_000;
const LOOK_MS = 500;
/** A machine with few processors answers no more requests at once in time. */
const AT_ONCE = 8;

export interface SharedLineOptions {
  processes: number;
  capacity: number;
  /** How its processes keep the callbacks: `--dynamodb URL`, or nothing for a folder. */
  store?: readonly string[];
}

/** Processes of `npm start` that work one line on a real PBX, and may be killed. */
export class SharedLine implements AsyncDisposable {
  readonly ids: string[] = [];
  processes: StartedProcess[] = [];
  readonly #folder: string;
  readonly #options: SharedLineOptions;
  readonly #ended = new Map<string, CallbackView>();
  #shiftMs = 0;

  private constructor(folder: string, options: SharedLineOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  static async open({ httpUrl, users }: Pbx, options: SharedLineOptions): Promise<SharedLine> {
    const folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-line-'));
    const settings = settingsFor({ url: httpUrl, ...users.control }, 'Local/{agent}@phones');
    const route = { ...settings['routes/default'], context: 'local', line: 'sales' };
    const line = {
      perAgent: false,
      oneOpenPerNumber: false,
      startsPerSecond: 50,
      capacity: options.capacity,
    };
    const file = JSON.stringify({ ...settings, 'routes/default': route, 'lines/sales': line });
    await writeFile(join(folder, 'settings.json'), file);
    const shared = new SharedLine(folder, options);
    await shared.start();
    return shared;
  }

  async start(): Promise<void> {
    const { processes, store = ['--data', this.#folder] } = this.#options;
    const options = ['--settings', join(this.#folder, 'settings.json'), ...store];
    const starts = Array.from({ length: processes }, () => startProcess(options, this.#shiftMs));
    this.processes = await Promise.all(starts);
  }

  /** Kills all processes. Those that are started next live later: the leases of the dead have ended. */
  async kill(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
    this.processes = [];
    this.#shiftMs += LEASE_MS;
  }

  /** Sends so many requests to the processes in turn. */
  async place(count: number, request: { to: string; agent: string }): Promise<void> {
    const body = JSON.stringify(request);
    const { processes } = this;
    await eachOf(Array.from({ length: count }).keys(), async (index) => {
      const url = processes[index % processes.length]?.url;
      const answer = await fetch(`${url}/callbacks`, { method: 'POST', headers: json, body });
      expect(answer.status).toBe(202);
      this.ids.push(((await answer.json()) as CallbackView).id);
    });
  }

  /** Returns the callbacks that have ended, as one of the processes sees them. */
  async read(): Promise<CallbackView[]> {
    const [process] = this.processes;
    const open = this.ids.filter((id) => !this.#ended.has(id));
    await eachOf(open.values(), async (id) => {
      const answer = await fetch(`${process?.url}/callbacks/${id}`, { headers: json });
      expect(answer.status).toBe(200);
      const callback = (await answer.json()) as CallbackView;
      if (isFinal(callback.status)) this.#ended.set(id, callback);
    });
    return [...this.#ended.values()];
  }

  /** Waits until every callback has ended. */
  async untilEnded(ms: number): Promise<CallbackView[]> {
    const until = Date.now() + ms;
    for (;;) {
      const ended = await this.read();
      if (ended.length === this.ids.length) return ended;
      if (Date.now() > until)
        throw new Error(`${this.ids.length - ended.length} of ${this.ids.length} callbacks have not ended`);
      await sleep(LOOK_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Does the work for each, for some of them at once. */
async function eachOf<T>(items: Iterator<T>, work: (item: T) => Promise<void>): Promise<void> {
  const workOn = async (): Promise<void> => {
    for (let next = items.next(); !next.done; next = items.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workOn));
}
