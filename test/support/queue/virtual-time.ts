import type { QueueClock } from '../../../lib/queue/line-services.ts';

interface Timer {
  at: number;
  order: number;
  fire: () => void;
}

/** Time that advances only when everything waits for it, so that hours pass in milliseconds. */
export class VirtualTime {
  now: number;
  readonly #timers: Timer[] = [];
  #order = 0;

  constructor(now: number) {
    this.now = now;
  }

  at(time: number, fire: () => void): void {
    this.#timers.push({ at: Math.max(time, this.now), order: this.#order++, fire });
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + ms, resolve));
  }

  /** Advances to a time, or until `done`. */
  async run(until: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      await settled();
      if (done()) return;
      const next = this.#takeNext(until);
      if (!next) break;
      this.now = next.at;
      next.fire();
    }
    this.now = Math.max(this.now, until);
  }

  #takeNext(until: number): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > until) continue;
      if (!best || timer.at < best.at || (timer.at === best.at && timer.order < best.order)) best = timer;
    }
    if (best) this.#timers.splice(this.#timers.indexOf(best), 1);
    return best;
  }
}

/** All promises that need no time have been settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A process of the simulation: it can die, or stand still as after SIGSTOP. Its clock may be off. */
export class VirtualProcess {
  readonly #time: VirtualTime;
  readonly #skewMs: number;
  #dead = false;
  #frozenUntil = 0;

  constructor(time: VirtualTime, skewMs = 0) {
    this.#time = time;
    this.#skewMs = skewMs;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  kill(): void {
    this.#dead = true;
  }

  freeze(ms: number): void {
    this.#frozenUntil = this.#time.now + ms;
  }

  /** Never returns in a dead process, and not before it goes on in a frozen one. */
  async alive(): Promise<void> {
    while (!this.#dead && this.#time.now < this.#frozenUntil) {
      await this.#time.sleep(this.#frozenUntil - this.#time.now);
    }
    if (this.#dead) await new Promise<never>(() => undefined);
  }

  readonly clock: QueueClock = {
    now: () => this.#time.now + this.#skewMs,
    monotonic: () => this.#time.now,
    sleep: async (ms) => {
      await this.#time.sleep(ms);
      await this.alive();
    },
  };

  /** Makes every operation of an object take time, and fail to return once the process is dead. */
  remote<T extends object>(target: T, latencyMs: () => number): T {
    return new Proxy(target, {
      get: (object, name, receiver) => {
        const value: unknown = Reflect.get(object, name, receiver);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          await this.alive();
          await this.#time.sleep(latencyMs());
          if (this.#dead) return await new Promise<never>(() => undefined);
          const result: unknown = await Reflect.apply(value, object, args);
          await this.#time.sleep(latencyMs());
          await this.alive();
          return result;
        };
      },
    });
  }
}
