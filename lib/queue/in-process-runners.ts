import { log } from '../telemetry/log.ts';
import { lineNeeds } from './line-needs.ts';
import { openRunner, type Runner, type RunnerServices } from './open-runner.ts';

/** How often a process looks for lines that need a runner. Callbacks may become due, and another process may have ended. */
const TICK_MS = 5_000;

interface Running {
  runner?: Runner;
  ended: Promise<void>;
  /** Whether the line was woken while its runner was ending. */
  again: boolean;
}

/** The runners of a long-lived process, such as `npm start`. Several processes may share a store. */
export class Runners {
  readonly #services: RunnerServices;
  readonly #running = new Map<string, Running>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;
  #ticking = false;

  constructor(services: RunnerServices) {
    this.#services = services;
    this.#timer = setInterval(() => void this.#tick(), TICK_MS);
  }

  /** Makes the runner of a line look at once. Starts a runner if this process has no runner for the line. */
  wake(line: string): void {
    if (this.#closed) return;
    const running = this.#running.get(line);
    if (running) {
      running.again = true;
      running.runner?.wake();
    } else {
      this.#start(line);
    }
  }

  /** Whether this process has a runner. */
  get isAtWork(): boolean {
    return this.#running.size > 0;
  }

  /** Waits until no line has anything to do soon. */
  async untilIdle(): Promise<void> {
    while (this.isAtWork) await Promise.all(Array.from(this.#running.values(), ({ ended }) => ended));
  }

  /** Ends all runners. Their calls go on, and the next process follows them. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const { runner } of this.#running.values()) runner?.stop();
    await Promise.all(Array.from(this.#running.values(), ({ ended }) => ended));
  }

  #start(line: string): void {
    const running: Running = { ended: Promise.resolve(), again: false };
    this.#running.set(line, running);
    running.ended = this.#run(line, running);
  }

  async #run(line: string, running: Running): Promise<void> {
    try {
      running.runner = await openRunner(this.#services, line);
      if (this.#closed) running.runner.stop();
      await running.runner.run();
    } catch (error) {
      log.error('runner failed', { line, cause: String(error) });
    }
    this.#running.delete(line);
    if (running.again && !this.#closed) await this.#tick();
  }

  async #tick(): Promise<void> {
    if (this.#ticking || this.#closed) return;
    this.#ticking = true;
    try {
      const [store, settings] = await Promise.all([this.#services.store(), this.#services.settings.get()]);
      const needs = await lineNeeds(store, settings, Date.now());
      for (const { line, needsRunner } of needs)
        if (needsRunner && !this.#closed && !this.#running.has(line)) this.#start(line);
    } catch (error) {
      log.warn('lines cannot be looked at', { cause: String(error) });
    } finally {
      this.#ticking = false;
    }
  }
}
