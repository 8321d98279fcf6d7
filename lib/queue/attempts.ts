import type { StoredCallback } from '../store/callback-record.ts';
import { openAttempt } from '../store/callback-record.ts';
import { callOf, followAdopted } from './adopt-attempt.ts';
import type { Start } from './choose-starts.ts';
import { hangUp, type LiveAttempt, type RunnerContext } from './runner-context.ts';
import { startAttempt } from './start-attempt.ts';

/** Starts the attempts of a runner, follows them to their ends, and records these ends. */
export class Attempts {
  readonly #live = new Map<string, LiveAttempt>();
  readonly #context: RunnerContext;
  readonly #freed: () => void;

  /** @param freed Called after each attempt, when its slot is free again. */
  constructor(context: RunnerContext, freed: () => void) {
    this.#context = context;
    this.#freed = freed;
  }

  get size(): number {
    return this.#live.size;
  }

  has(id: string): boolean {
    return this.#live.has(id);
  }

  get occupiedAgents(): string[] {
    return Array.from(this.#live.values(), ({ agent }) => agent);
  }

  /** Begins an attempt. It occupies a slot from now on. */
  start(start: Start): void {
    const live: LiveAttempt = { agent: start.agent };
    this.#keep(start.callback.id, live, () => startAttempt(this.#context, start, live));
  }

  /** Continues all attempts of the line that another runner has begun. */
  async adoptOpen(): Promise<void> {
    const { services, line } = this.#context;
    for (const { id } of await services.store.listOpen(line)) {
      if (this.has(id)) continue;
      const record = await services.store.readCallback(id);
      if (record) this.#adopt(record);
    }
  }

  #adopt(record: StoredCallback): void {
    const attempt = openAttempt(record);
    if (!attempt || this.has(record.callback.id)) return;
    const call = callOf(record, attempt);
    const live: LiveAttempt = { agent: attempt.agent };
    this.#keep(record.callback.id, live, () =>
      followAdopted(this.#context, record, { number: attempt.number, call, live }),
    );
  }

  /** Hangs up the calls with a cancel request. */
  async obeyCancels(): Promise<void> {
    for (const [id, live] of this.#live) {
      if (!live.call) continue;
      const record = await this.#context.services.store.readCallback(id);
      if (record?.cancelRequestedAt !== undefined) this.#hangUp(live);
    }
  }

  /** Hangs up talks that are too long. */
  limitTalks(maxTalkSeconds: number): void {
    const latest = this.#context.services.clock.monotonic() - maxTalkSeconds * 1000;
    for (const live of this.#live.values()) {
      if ((live.talkingSince ?? Number.POSITIVE_INFINITY) <= latest) this.#hangUp(live);
    }
  }

  /** Does not wait for the PBX, because a silent PBX must not delay other calls. */
  #hangUp(live: LiveAttempt): void {
    if (!live.call || live.isHangingUp) return;
    live.isHangingUp = true;
    void hangUp(this.#context.services, live.call).finally(() => {
      live.isHangingUp = false;
    });
  }

  #keep(id: string, live: LiveAttempt, work: () => Promise<void>): void {
    this.#live.set(id, live);
    void work()
      .catch((error: unknown) => this.#context.services.log('attempt failed', { id }, error))
      .finally(() => {
        this.#live.delete(id);
        this.#freed();
      });
  }
}
