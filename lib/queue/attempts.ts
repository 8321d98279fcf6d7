import { channelIdOf } from '../calls/callback-id.ts';
import type { CallbackRecord, StoredCallback } from '../store/callback-record.ts';
import { isFinal, openAttempt } from '../store/callback-record.ts';
import { hasTalked, nextAttemptAfter, restAfter } from './attempt-end.ts';
import type { Start } from './choose-starts.ts';
import type { LineAgents } from './line-agents.ts';
import type { AttemptCall, LineServices, LineSettings, Preparation, PreparedCall } from './line-services.ts';
import type { PbxBackoff } from './pbx-backoff.ts';
import {
  type AttemptEnd,
  adoptAttempt,
  endAttempt,
  failBeforeAttempt,
  postpone,
  recordProgress,
  type Seen,
  withdrawAttempt,
} from './record-changes.ts';
import type { RunnerLease } from './runner-lease.ts';

/** One attempt of this runner, from its choice to its recorded end. It has a slot all the time. */
interface Live {
  agent: string;
  call?: AttemptCall;
  /** When both parties were first seen talking, on the monotonic clock. */
  talkingSince?: number;
}

interface Context {
  line: string;
  /** Of this runner: whoever else adopts an attempt ends its right to it. */
  owner: string;
  lease: RunnerLease;
  agents: LineAgents;
  backoff: PbxBackoff;
  settings: () => LineSettings | undefined;
  /** Called when a slot or an agent is free again. */
  freed: () => void;
}

const RETRY_WRITE_MS = 1_000;
const RETRY_PBX_MS = 2_000;
const TAKE_OVER_GRACE_MS = 5_000;

/** The attempts of one runner: starts them, follows them to their end, and records it. */
export class Attempts {
  readonly #live = new Map<string, Live>();
  readonly #services: LineServices;
  readonly #context: Context;

  constructor(services: LineServices, context: Context) {
    this.#services = services;
    this.#context = context;
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

  /** Begins an attempt. The slot counts from now on. */
  start(start: Start): void {
    this.#keep(start.callback.id, { agent: start.agent }, (live) => this.#startAttempt(start, live));
  }

  /** Goes on with an attempt that another runner has begun. */
  adopt(record: StoredCallback): void {
    const attempt = openAttempt(record);
    if (!attempt || this.has(record.callback.id)) return;
    const call = callOf(record.callback.id, attempt.number, attempt.pbx);
    this.#keep(record.callback.id, { agent: attempt.agent, call }, async (live) => {
      // The runner that began it may be about to record its end.
      if (!(await this.#isLive(call))) await this.#services.clock.sleep(TAKE_OVER_GRACE_MS);
      const adopted = await this.#untilWritten(() =>
        this.#services.store.changeCallback(record, adoptAttempt(attempt.number, this.#context.owner)),
      );
      if (adopted && this.#isOwn(adopted)) await this.#follow(adopted, call, live, true);
    });
  }

  /** Hangs up the calls of which somebody has asked that. */
  async obeyCancels(): Promise<void> {
    for (const [id, { call }] of this.#live) {
      if (!call) continue;
      const record = await this.#services.store.readCallback(id);
      if (record?.cancelRequestedAt !== undefined) await this.#hangUp(call);
    }
  }

  /** Hangs up the talks that last too long. */
  async limitTalks(maxTalkSeconds: number): Promise<void> {
    const latest = this.#services.clock.monotonic() - maxTalkSeconds * 1000;
    for (const { call, talkingSince = Number.POSITIVE_INFINITY } of this.#live.values()) {
      if (call && talkingSince <= latest) await this.#hangUp(call);
    }
  }

  #keep(id: string, live: Live, work: (live: Live) => Promise<void>): void {
    this.#live.set(id, live);
    void work(live)
      .catch((error: unknown) => this.#services.log('attempt failed', { id, error: String(error) }))
      .finally(() => {
        this.#live.delete(id);
        this.#context.freed();
      });
  }

  async #startAttempt({ callback: { id }, agent, pbx }: Start, live: Live): Promise<void> {
    const { store, calls, clock, log } = this.#services;
    const { agents, backoff, lease, owner } = this.#context;
    const record = await store.readCallback(id);
    if (record?.callback.status !== 'queued' || openAttempt(record) || record.endedAt !== undefined) return;
    const number = record.attempts.length + 1;
    const prepared = await calls.prepare(record, { number, agent, pbx });
    if (!prepared.allowed) return await this.#refuse(record, prepared);

    backoff.started(pbx);
    try {
      await calls.connect(pbx);
      backoff.succeeded(pbx);
    } catch (error) {
      backoff.failed(pbx, clock.monotonic());
      log('pbx takes no calls', { id, pbx, error: String(error) });
      return;
    }

    const holder = { callback: id, attempt: number };
    const perAgent = this.#context.settings()?.perAgent ?? true;
    if (perAgent && !(await agents.take(agent, holder))) return;
    const claimed = lease.mayStart ? await this.#claim(record, { owner, agent, pbx }) : undefined;
    if (claimed) await this.#send(claimed, prepared.call, live);
    else if (perAgent) await agents.release(agent, holder);
  }

  /** Only who has claimed an attempt may send it. */
  async #claim(
    record: StoredCallback,
    claim: { owner: string; agent: string; pbx: string },
  ): Promise<StoredCallback | undefined> {
    const { store, clock } = this.#services;
    try {
      const result = await store.claimAttempt(record, { ...claim, at: clock.now() });
      return result.claimed ? result.callback : undefined;
    } catch {
      // The claim may have been written. Nothing is sent, so it is taken back.
      await this.#withdraw(record);
      return undefined;
    }
  }

  async #send(record: StoredCallback, call: PreparedCall, live: Live): Promise<void> {
    const { backoff, lease } = this.#context;
    if (!lease.mayStart) {
      await this.#withdraw(record);
      return await this.#releaseAgent(record);
    }
    live.call = call;
    const result = await call.send(() => lease.mayStart);
    if (result.sent) return await this.#follow(record, call, live, false);
    if (result.refused) {
      const { callback } = record;
      const seen: Seen = { status: 'failed', legs: callback.legs, asterisk: callback.asterisk };
      const { message } = result.error;
      const refused = { ...seen, asterisk: { ...callback.asterisk, message } };
      return await this.#end(record, refused, { problem: result.error.code });
    }
    backoff.failed(call.pbx, this.#services.clock.monotonic());
    await this.#withdraw(record);
    await this.#releaseAgent(record);
  }

  async #follow(record: StoredCallback, call: AttemptCall, live: Live, adopted: boolean): Promise<void> {
    const { store, calls, clock } = this.#services;
    let current = record;
    for await (const seen of calls.follow(call, { adopted, record })) {
      if (hasTalked(seen)) live.talkingSince ??= clock.monotonic();
      if (isFinal(seen.status)) {
        const route = this.#context.settings()?.route(record.callback.route);
        return await this.#end(current, seen, { next: nextAttemptAfter(current, seen, route, clock.now()) });
      }
      const written = await this.#untilWritten(() =>
        store.changeCallback(current, recordProgress(this.#context.owner, seen, clock.now())),
      );
      if (!written || !this.#isOwn(written)) return;
      current = written;
      if (current.cancelRequestedAt !== undefined) await this.#hangUp(call);
    }
  }

  async #end(record: StoredCallback, seen: Seen, end: AttemptEnd): Promise<void> {
    const { store, clock } = this.#services;
    await this.#untilWritten(() =>
      store.changeCallback(record, endAttempt(this.#context.owner, seen, clock.now(), end)),
    );
    await this.#releaseAgent(record, seen);
  }

  async #refuse(
    record: StoredCallback,
    { error, postponed }: Extract<Preparation, { allowed: false }>,
  ): Promise<void> {
    const at = this.#services.clock.now();
    if (error.code === 'store-unreachable') return;
    const change = postponed ? postpone(postponed, at) : failBeforeAttempt(error.code, at);
    await this.#services.store.changeCallback(record, change);
  }

  async #withdraw(record: StoredCallback): Promise<void> {
    const { store, clock } = this.#services;
    await this.#untilWritten(() =>
      store.changeCallback(record, withdrawAttempt(this.#context.owner, clock.now())),
    );
  }

  /** Best effort: an agent whose attempt is over can be taken all the same. */
  async #releaseAgent(record: CallbackRecord, seen?: Seen): Promise<void> {
    const settings = this.#context.settings();
    const last = record.attempts.at(-1);
    if (!last || settings?.perAgent === false) return;
    const isPool = settings?.route(record.callback.route)?.pool !== undefined;
    const rest = seen
      ? restAfter(seen, settings ?? { wrapUpSeconds: 0 }, isPool, this.#services.clock.now())
      : {};
    await this.#context.agents.release(
      last.agent,
      { callback: record.callback.id, attempt: last.number },
      rest,
    );
  }

  async #hangUp(call: AttemptCall): Promise<void> {
    try {
      await this.#services.calls.hangUp(call);
    } catch (error) {
      this.#services.log('hang-up failed', { id: call.id, error: String(error) });
    }
  }

  /** While a PBX cannot be asked, its calls may live, and keep their slots. */
  async #isLive(call: AttemptCall): Promise<boolean> {
    for (;;) {
      try {
        return await this.#services.calls.isLive(call);
      } catch (error) {
        this.#services.log('pbx cannot be asked', { id: call.id, pbx: call.pbx, error: String(error) });
        if (!this.#context.lease.isHeld) return true;
        await this.#services.clock.sleep(RETRY_PBX_MS);
      }
    }
  }

  /** Repeats a write until the store answers: the slot is kept meanwhile. Gives up with the lease. */
  async #untilWritten<T>(write: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        this.#services.log('store unreachable', { line: this.#context.line, error: String(error) });
        if (!this.#context.lease.isHeld) return undefined;
        await this.#services.clock.sleep(RETRY_WRITE_MS);
      }
    }
  }

  #isOwn(record: StoredCallback): boolean {
    return openAttempt(record)?.owner === this.#context.owner;
  }
}

const callOf = (id: string, attempt: number, pbx: string): AttemptCall => ({
  id,
  pbx,
  channelId: channelIdOf(id, attempt),
});
