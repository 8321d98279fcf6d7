import { log } from '../telemetry/log.ts';
import { lineNeeds } from './line-needs.ts';
import { openRunner, type Runner, type RunnerServices } from './open-runner.ts';

/** How often a process looks for lines that need a runner: what another process has left behind, and what becomes due. */
const TICK_MS = 5_000;

interface Running {
  runner?: Runner;
  ended: Promise<void>;
  /** Somebody has woken the line while its runner was ending. */
  again: boolean;
}

/** The runners of a process that goes on, such as `npm start`. Several such processes may share one store. */
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

  /** Makes a line's runner look at once, and starts one if there is none here. */
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

  /** Whether a line is worked here. */
  get isAtWork(): boolean {
    return this.#running.size > 0;
  }

  /** Ends all runners. Their calls live on, and are left to the next process. */
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
    // A tick starts it if this fails.
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
