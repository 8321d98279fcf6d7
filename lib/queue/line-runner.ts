import type { DueCallback } from '../store/due-callbacks.ts';
import { Attempts } from './attempts.ts';
import { Hints } from './busy-by-hint.ts';
import { hasWork, listDue } from './due-list.ts';
import { LineAgents } from './line-agents.ts';
import type { LineServices, LineSettings } from './line-services.ts';
import { LookDepth } from './look-depth.ts';
import { PbxBackoff } from './pbx-backoff.ts';
import type { RunnerContext } from './runner-context.ts';
import { RunnerLease } from './runner-lease.ts';
import { startDue } from './start-due.ts';
import { StartPace } from './start-pace.ts';

const TICK_MS = 1_000;
/** How often the runner reads all cancel requests, because an announcement may be lost, and adopts open attempts. */
const SWEEP_MS = 15_000;
/** A runner waits this long before its last look, because the lists may be a second old. */
const LAST_LOOK_MS = 1_500;
/** How long the runner follows its calls after the hand-over. The function ends a minute after the hand-over. */
const FOLLOW_ON_MS = 50_000;

export type RunnerEnd =
  /** No attempt lives, and no callback is due soon. */
  | 'idle'
  /** The time of this runner is over. The next runner continues. */
  | 'handed-over'
  /** Another runner has the line. */
  | 'not-needed';

export interface RunnerOptions {
  line: string;
  /** Random, and different for each runner. */
  owner: string;
  /** When to hand over, on the monotonic clock. */
  until: number;
}

/** Runs one line. Starts due callbacks, follows their calls, and records their outcomes. */
export class LineRunner {
  readonly #services: LineServices;
  readonly #options: RunnerOptions;
  readonly #lease: RunnerLease;
  readonly #context: RunnerContext;
  readonly #attempts: Attempts;
  readonly #hints: Hints;
  readonly #depth = new LookDepth();
  #settings: LineSettings | undefined;
  #pace: StartPace | undefined;
  #paused = false;
  #stopped = false;
  #cancels: number | undefined;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => undefined;

  constructor(services: LineServices, options: RunnerOptions) {
    this.#services = services;
    this.#options = options;
    this.#lease = new RunnerLease(options, services);
    this.#context = {
      services,
      line: options.line,
      owner: options.owner,
      lease: this.#lease,
      agents: new LineAgents(services),
      backoff: new PbxBackoff(),
      settings: () => this.#settings,
      mayStart: () => this.#mayStart,
    };
    this.#attempts = new Attempts(this.#context, () => this.wake());
    this.#hints = new Hints(services, () => this.wake());
  }

  /** Makes the runner look at once. */
  wake(): void {
    this.#wake();
  }

  /** Ends the work at once. The next runner continues the attempts. */
  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  /** Runs until there is nothing to do, another runner has the line, or the time is over. */
  async run(): Promise<RunnerEnd> {
    const { clock } = this.#services;
    if (!(await this.#lease.takeOver(() => this.#stopped))) return 'not-needed';
    void this.#remember();
    for (;;) {
      const end = await this.#runWithLease();
      if (end !== 'idle') return end;
      await this.#lease.release();
      await clock.sleep(LAST_LOOK_MS);
      if (this.#stopped || !(await this.#hasWork()) || !(await this.#lease.take())) return 'idle';
    }
  }

  async #remember(): Promise<void> {
    const { line } = this.#options;
    try {
      await this.#services.store.rememberLine(line);
    } catch (error) {
      this.#services.log('line not remembered', { line }, error);
    }
  }

  async #runWithLease(): Promise<RunnerEnd> {
    for (;;) {
      const woken = this.#nextWake();
      try {
        if (this.#stopped) return await this.#leave();
        if (this.#lease.needsRenewal && !(await this.#lease.take())) return 'not-needed';
        if (this.#services.clock.monotonic() >= this.#options.until) return await this.#handOver();
        const waiting = await this.#look();
        const pauseMs = await this.#startDue(waiting);
        if (this.#attempts.size === 0 && !(await this.#hasWork())) return 'idle';
        await Promise.race([this.#services.clock.sleep(pauseMs), woken]);
      } catch (error) {
        // The store or the settings cannot be reached. The runner still follows its calls.
        this.#services.log('runner cannot look', { line: this.#options.line }, error);
        if (!this.#lease.isHeld) return 'not-needed';
        await this.#services.clock.sleep(TICK_MS);
      }
    }
  }

  /** Reads settings and control, obeys cancel requests, and ends talks that are too long. Returns the due callbacks. */
  async #look(): Promise<DueCallback[]> {
    const { line } = this.#options;
    const { store, clock } = this.#services;
    const [control, settings] = await Promise.all([
      store.readLineControl(line),
      this.#services.settings(line),
    ]);
    if (this.#settings?.startsPerSecond !== settings?.startsPerSecond) {
      this.#pace = settings && new StartPace(settings.startsPerSecond);
    }
    this.#settings = settings;
    this.#paused = control.paused;

    const isSweep = clock.monotonic() - this.#sweptAt >= SWEEP_MS;
    if (isSweep) {
      this.#sweptAt = clock.monotonic();
      await this.#attempts.adoptOpen();
    }
    if (isSweep || control.cancels !== this.#cancels) await this.#attempts.obeyCancels();
    this.#cancels = control.cancels;
    if (settings) this.#attempts.limitTalks(settings.maxTalkSeconds);
    const clocks = { monotonic: clock.monotonic(), now: clock.now() };
    const depth = this.#depth.next(this.#freeSlots, clocks);
    const isLive = (id: string): boolean => this.#attempts.has(id);
    const { starting, queued } = await listDue(this.#services, line, settings, { isLive, depth });
    this.#depth.found(queued);
    return starting;
  }

  /** Starts the callbacks that may start now. Returns how many milliseconds to wait before the next look. */
  async #startDue(due: readonly DueCallback[]): Promise<number> {
    const settings = this.#settings;
    const pace = this.#pace;
    if (!settings || !pace || this.#freeSlots <= 0) return TICK_MS;
    return await startDue(due, {
      context: this.#context,
      settings,
      attempts: this.#attempts,
      hints: this.#hints,
      pace,
      depth: this.#depth,
      isStopped: () => this.#stopped,
      lookAfterMs: TICK_MS,
    });
  }

  get #mayStart(): boolean {
    const hasTime = this.#services.clock.monotonic() < this.#options.until;
    return this.#lease.mayStart && hasTime && !this.#paused && !this.#stopped;
  }

  get #freeSlots(): number {
    return this.#settings && this.#mayStart ? this.#settings.capacity - this.#attempts.size : 0;
  }

  async #hasWork(): Promise<boolean> {
    const { store, clock } = this.#services;
    const mayStart = !this.#paused && this.#settings !== undefined;
    return await hasWork(store, this.#options.line, { now: clock.now(), mayStart });
  }

  /** Frees the lease. Then follows the calls until the next runner adopts them, or this process ends. */
  async #handOver(): Promise<RunnerEnd> {
    const { clock } = this.#services;
    // The next runner must find every attempt in the lists, which may be a second old.
    await clock.sleep(LAST_LOOK_MS);
    await this.#lease.release();
    while (this.#attempts.size > 0 && clock.monotonic() < this.#options.until + FOLLOW_ON_MS) {
      await clock.sleep(TICK_MS);
    }
    return 'handed-over';
  }

  async #leave(): Promise<RunnerEnd> {
    if (this.#attempts.size === 0) await this.#lease.release();
    else await this.#lease.letEnd(LAST_LOOK_MS);
    return 'handed-over';
  }

  #nextWake(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }
}
