import { setTimeout as sleep } from 'node:timers/promises';
import { buildOriginate } from '../asterisk/build-originate.ts';
import { CallFollower } from '../asterisk/call-follower.ts';
import { takeSnapshot } from '../asterisk/channel-snapshot.ts';
import { withEvents } from '../asterisk/describe-placed.ts';
import { playDtmf } from '../asterisk/dtmf.ts';
import type { Subscription } from '../asterisk/event-feed.ts';
import { busyExtensions } from '../asterisk/extension-state.ts';
import { hangUpCall } from '../asterisk/hang-up.ts';
import { liveStatus } from '../asterisk/live-status.ts';
import { sendOriginate } from '../asterisk/send-originate.ts';
import type { Callback } from '../calls/callback.ts';
import { CallbackError } from '../calls/callback-error.ts';
import { channelIdOf } from '../calls/callback-id.ts';
import { pbxError } from '../calls/pbx-error.ts';
import { Deadline } from '../shared/deadline.ts';
import { type CallbackRecord, isFinal } from '../store/callback-record.ts';
import { hasTalked } from './attempt-end.ts';
import type { AttemptCall, LineCalls, Preparation, SendResult } from './line-services.ts';
import { type LinkServices, PbxLink } from './pbx-link.ts';
import { type AttemptPlan, planAttempt } from './plan-attempt.ts';
import type { Seen } from './record-changes.ts';

/** Sending must be over before the lease could be somebody else's. */
const SEND_MS = 8_000;
/** How often the progress of a call is reported. */
const SLICE_MS = 1_000;
/** Without an event of a call for so long, the PBX is asked whether it lives. */
const FIRST_SIGN_MS = 10_000;
const SILENCE_MS = 30_000;
const ADOPTED_POLL_MS = 2_000;
const DTMF_MS = 30_000;
const HANGUP_MS = 3_000;

interface OwnCall {
  subscription: Subscription;
  plan: AttemptPlan;
}

/** The calls of a line on real PBXs. */
export class PbxCalls implements LineCalls {
  readonly #services: LinkServices;
  readonly #links = new Map<string, PbxLink>();
  readonly #own = new Map<string, OwnCall>();

  constructor(services: LinkServices) {
    this.#services = services;
  }

  async prepare(
    record: CallbackRecord,
    { number, agent, pbx }: { number: number; agent: string; pbx: string },
  ): Promise<Preparation> {
    const planned = await planAttempt(this.#services.settings, record, agent);
    if (!planned.allowed) return planned;
    const { id } = record.callback;
    const call = { id, pbx, channelId: channelIdOf(id, number) };
    return {
      allowed: true,
      call: { ...call, send: (mayStart) => this.#send(call, planned.plan, mayStart) },
    };
  }

  async connect(pbx: string): Promise<void> {
    const link = this.#link(pbx);
    // The Originate goes over a warm session, so that nothing but sending it is left to do after the claim.
    await Promise.all([link.feed(), link.use(async () => undefined)]);
  }

  async *follow(
    call: AttemptCall,
    { adopted, record }: { adopted: boolean; record: CallbackRecord },
  ): AsyncGenerator<Seen> {
    const own = this.#own.get(call.channelId);
    if (adopted || !own) return yield* this.#followAdopted(call, record);
    try {
      yield* this.#followOwn(call, record, own);
    } finally {
      this.#own.delete(call.channelId);
      const feed = await this.#link(call.pbx)
        .feed()
        .catch(() => undefined);
      feed?.unsubscribe(own.subscription);
    }
  }

  isLive({ pbx, channelId }: AttemptCall): Promise<boolean> {
    return this.#link(pbx).use(async (session) => (await takeSnapshot(session, channelId)) !== undefined);
  }

  async hangUp({ pbx, channelId }: AttemptCall): Promise<void> {
    await this.#link(pbx).use(async (session) => {
      const snapshot = await takeSnapshot(session, channelId);
      if (snapshot) await hangUpCall(session, snapshot, Deadline.in(HANGUP_MS));
    });
  }

  busyAgents(pbx: string, context: string, extensions: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#link(pbx).use((session) => busyExtensions(session, context, extensions));
  }

  /** Logs off the PBXs. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#links.values(), (link) => link.close()));
  }

  #link(pbx: string): PbxLink {
    const link = this.#links.get(pbx) ?? new PbxLink(pbx, this.#services);
    this.#links.set(pbx, link);
    return link;
  }

  async #send(call: AttemptCall, plan: AttemptPlan, mayStart: () => boolean): Promise<SendResult> {
    const link = this.#link(call.pbx);
    try {
      const feed = await link.feed();
      const subscription = feed.subscribe();
      const result = await sendOriginate(
        await link.settings(),
        buildOriginate(plan.plan, { ...call, dtmf: plan.dtmf }),
        {
          sessions: this.#services.sessions,
          follow: false,
          beforeSending: async () => {
            if (!mayStart()) throw new CallbackError('pbx-unreachable', 'Another runner has the line');
          },
          deadline: Deadline.in(SEND_MS),
          timings: {},
        },
      );
      if (!result.sent) {
        feed.unsubscribe(subscription);
        return { sent: false, refused: result.refused, error: pbxError(result.error, call.pbx) };
      }
      this.#own.set(call.channelId, { subscription, plan });
      if (result.reply) this.#services.sessions.giveBack(result.pbx, result.session);
      else result.session.disconnect();
      return { sent: true };
    } catch (error) {
      // Thrown before the Originate left: sendOriginate throws nothing afterwards.
      if (error instanceof CallbackError) return { sent: false, refused: false, error };
      throw error;
    }
  }

  async *#followOwn(
    call: AttemptCall,
    record: CallbackRecord,
    { subscription, plan }: OwnCall,
  ): AsyncGenerator<Seen> {
    const follower = new CallFollower(subscription, call.channelId);
    const options = { dialplanAnswers: plan.dialplanAnswers };
    if (!(await follower.sees(Deadline.in(FIRST_SIGN_MS))) && !(await this.#isStillLive(call))) {
      yield { status: 'unknown', legs: record.callback.legs };
      return;
    }
    let dtmf: Pick<Callback, 'dtmf'> = plan.digits ? { dtmf: 'not-sent' } : {};
    let played = plan.digits === undefined;
    let last = '';
    let newsAt = performance.now();
    for (;;) {
      const outcome = await follower.follow({ ...options, wait: 'completed', until: Deadline.in(SLICE_MS) });
      const seen = { ...seenOf(withEvents(record.callback, follower.facts, outcome)), ...dtmf };
      if (isFinal(seen.status)) return yield seen;
      yield seen;
      if (!played && hasTalked(seen)) {
        played = true;
        dtmf = await this.#play(call, plan.digits ?? '');
      }
      if (JSON.stringify(seen) !== last) newsAt = performance.now();
      last = JSON.stringify(seen);
      if (performance.now() - newsAt < SILENCE_MS) continue;
      newsAt = performance.now();
      if (await this.#isStillLive(call)) continue;
      // Its last events were lost.
      return yield { ...seen, status: hasTalked(seen) ? 'completed' : 'unknown' };
    }
  }

  /** Another process has sent the Originate, and the events so far: the PBX is asked again and again. */
  async *#followAdopted(call: AttemptCall, record: CallbackRecord): AsyncGenerator<Seen> {
    let seen: Seen = record.callback;
    const dialplanAnswers = await this.#dialplanAnswers(record);
    for (;;) {
      const snapshot = await this.#untilAnswered(() =>
        this.#link(call.pbx).use((session) => takeSnapshot(session, call.channelId)),
      );
      if (!snapshot) return yield { ...seen, status: hasTalked(seen) ? 'completed' : 'unknown' };
      const { status, legs } = liveStatus(snapshot, { dialplanAnswers });
      seen = { status: status === 'queued' ? 'dialing' : status, legs };
      yield seen;
      await sleep(ADOPTED_POLL_MS);
    }
  }

  async #dialplanAnswers({ callback: { route } }: CallbackRecord): Promise<boolean> {
    return (await this.#services.settings.get()).routes[route]?.second === 'dialplan';
  }

  /** A PBX that cannot be asked says nothing of its calls: they may live. */
  async #isStillLive(call: AttemptCall): Promise<boolean> {
    return await this.#untilAnswered(() => this.isLive(call));
  }

  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof CallbackError)) throw error;
        await sleep(ADOPTED_POLL_MS);
      }
    }
  }

  async #play(call: AttemptCall, digits: string): Promise<Pick<Callback, 'dtmf'>> {
    try {
      return await this.#link(call.pbx).use(async (session) => {
        const snapshot = await takeSnapshot(session, call.channelId);
        if (!snapshot) return { dtmf: 'not-sent' };
        const { count, all } = await playDtmf(session, snapshot, digits, Deadline.in(DTMF_MS));
        return { dtmf: all ? 'sent' : count > 0 ? 'partly-sent' : 'not-sent' };
      });
    } catch {
      return { dtmf: 'partly-sent' };
    }
  }
}

/** Before any phone rings, a queued callback is `dialing`: `queued` means that it waits. */
const seenOf = ({ status, legs, asterisk }: Callback): Seen => ({
  status: status === 'queued' ? 'dialing' : status,
  legs,
  asterisk,
});
