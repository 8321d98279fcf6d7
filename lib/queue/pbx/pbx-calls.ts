import { buildOriginate } from '../../asterisk/build-originate.ts';
import { channelIdOf } from '../../asterisk/channel-id.ts';
import { takeSnapshot } from '../../asterisk/channel-snapshot.ts';
import { busyExtensions } from '../../asterisk/extension-state.ts';
import { hangUpCall } from '../../asterisk/hang-up.ts';
import { sendOriginate } from '../../asterisk/send-originate.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { pbxError } from '../../problems/pbx-error.ts';
import { Deadline } from '../../shared/deadline.ts';
import type { CallbackRecord } from '../../store/callback-record.ts';
import type { Seen } from '../../store/runner-transitions.ts';
import type { AttemptCall, LineCalls, Preparation, SendResult } from '../line-services.ts';
import { followLiveCall, followOwnCall, isLive, type OwnCall } from './follow-call.ts';
import { type LinkServices, PbxLink } from './pbx-connection.ts';
import { type AttemptPlan, planAttempt } from './plan-attempt.ts';

/** Shorter than the time that the lease must still last at a start. So sending ends before another runner gets the lease. */
const SEND_MS = 8_000;
const HANGUP_MS = 3_000;

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
    const planned = await planAttempt(this.#services, record, agent);
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
    // Opens the sessions before the claim, so that the Originate needs no login. Waits for the first session before it opens
    // the second, so that a PBX that is down gets one login.
    await link.feed();
    await link.use(async () => undefined);
  }

  async *follow(
    call: AttemptCall,
    { adopted, record }: { adopted: boolean; record: CallbackRecord },
  ): AsyncGenerator<Seen> {
    const link = this.#link(call.pbx);
    const own = this.#own.get(call.channelId);
    if (adopted || !own) {
      const route = (await this.#services.settings.get()).routes[record.callback.route];
      const options = { dialplanAnswers: route?.second === 'dialplan' };
      return yield* followLiveCall({ link, call, record }, record.callback, options);
    }
    try {
      yield* followOwnCall({ link, call, record }, own);
    } finally {
      this.#own.delete(call.channelId);
      own.feed.unsubscribe(own.subscription);
    }
  }

  isLive(call: AttemptCall): Promise<boolean> {
    return isLive(this.#link(call.pbx), call);
  }

  async hangUp({ pbx, channelId }: AttemptCall): Promise<void> {
    const link = this.#link(pbx);
    await link.ask(() =>
      link.use(async (session) => {
        const snapshot = await takeSnapshot(session, channelId);
        if (snapshot) await hangUpCall(session, snapshot, Deadline.in(HANGUP_MS));
      }),
    );
  }

  busyAgents(pbx: string, context: string, extensions: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#link(pbx).use((session) => busyExtensions(session, context, extensions));
  }

  /** Logs off all PBXs. The next runner follows the calls. */
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
    const feed = await link.feed().catch(onlyCallbackError);
    if (feed instanceof CallbackError) return { sent: false, refused: false, error: feed };
    const subscription = feed.subscribe();
    try {
      const result = await sendOriginate(
        await link.settings(),
        buildOriginate(plan.plan, { ...call, dtmf: plan.dtmf }),
        {
          sessions: this.#services.sessions,
          follow: false,
          beforeSending: async () => {
            if (!mayStart()) throw new CallbackError('pbx-unreachable', 'The line may not start calls now');
            return Date.now() + SEND_MS;
          },
          deadline: Deadline.in(SEND_MS),
          timings: {},
        },
      );
      if (!result.sent) {
        feed.unsubscribe(subscription);
        // A missing privilege is not the fault of the callback, so it costs no attempt.
        const refused = result.refused && result.error.code !== 'AJAM_PERMISSION';
        return { sent: false, refused, error: pbxError(result.error, call.pbx) };
      }
      this.#own.set(call.channelId, { feed, subscription, plan });
      if (result.reply) this.#services.sessions.giveBack(result.pbx, result.session);
      else result.session.disconnect();
      return { sent: true };
    } catch (error) {
      // sendOriginate throws only before it sends the Originate.
      feed.unsubscribe(subscription);
      if (error instanceof CallbackError) return { sent: false, refused: false, error };
      throw error;
    }
  }
}

function onlyCallbackError(error: unknown): CallbackError {
  if (error instanceof CallbackError) return error;
  throw error;
}
