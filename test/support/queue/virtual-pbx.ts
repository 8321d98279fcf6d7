import type { Callback, Leg } from '../../../lib/calls/callback.ts';
import { CallbackError } from '../../../lib/problems/callback-error.ts';
import type { AttemptCall, LineCalls, PreparedCall } from '../../../lib/queue/line-services.ts';
import type { Seen } from '../../../lib/store/runner-transitions.ts';
import type { VirtualProcess, VirtualTime } from './virtual-time.ts';

/** What becomes of a call: who is reached, after how long, and for how long they talk. */
export interface CallPlan {
  agent: 'answers' | 'no-answer' | 'busy';
  customer: 'answers' | 'no-answer' | 'busy';
  ringMs: number;
  talkMs: number;
}

interface VirtualCall {
  channelId: string;
  agent: string;
  plan: CallPlan;
  startedAt: number;
  hungUpAt?: number;
}

const POLL_MS = 200;

/** A PBX of the simulation. It remembers every Originate that it executed. */
export class VirtualPbx {
  readonly calls: VirtualCall[] = [];
  /** Told of every call when it begins. */
  onCall: (call: VirtualCall) => void = () => undefined;
  /** Ids that were executed twice. */
  readonly repeated: string[] = [];
  /** Logins that were tried while the PBX was down. */
  readonly refusedLogins: number[] = [];
  /** How long a login takes. */
  connectMs = 2;
  /** How long it takes to answer a request to hang up. */
  hangUpMs = 0;
  /** The AMI user may log in, and may not send an Originate. */
  lacksPrivilege = false;
  refusedOriginates = 0;
  readonly #time: VirtualTime;
  readonly #planOf: (channelId: string, agent: string) => CallPlan;
  #downUntil = 0;

  constructor(time: VirtualTime, planOf: (channelId: string, agent: string) => CallPlan) {
    this.#time = time;
    this.#planOf = planOf;
  }

  goDown(ms: number): void {
    this.#downUntil = this.#time.now + ms;
  }

  get isDown(): boolean {
    return this.#time.now < this.#downUntil;
  }

  get live(): VirtualCall[] {
    return this.calls.filter((call) => !isOver(this.#seen(call).status));
  }

  find(channelId: string): VirtualCall | undefined {
    return this.calls.find((call) => call.channelId === channelId);
  }

  /** How a call ended, or how far it is. */
  statusOf(call: VirtualCall): Callback['status'] {
    return this.#seen(call).status;
  }

  /** The PBX as one process reaches it. */
  from(process: VirtualProcess): LineCalls {
    const check = (): void => {
      if (this.isDown) throw new CallbackError('pbx-unreachable', 'the PBX is down');
    };
    let login: Promise<void> | undefined;
    const logIn = async (): Promise<void> => {
      await process.alive();
      await this.#time.sleep(this.connectMs);
      await process.alive();
      if (this.isDown) this.refusedLogins.push(this.#time.now);
      check();
    };
    const prepare: LineCalls['prepare'] = async (record, { number, agent, pbx }) => {
      const id = record.callback.id;
      const channelId = number === 1 ? id : `${id}-${number}`;
      const call: PreparedCall = {
        ...{ id, pbx, channelId },
        send: async () => {
          if (this.isDown) {
            return { sent: false, refused: false, error: new CallbackError('pbx-unreachable', 'down') };
          }
          if (this.lacksPrivilege) {
            this.refusedOriginates += 1;
            return { sent: false, refused: false, error: new CallbackError('pbx-permission', 'no') };
          }
          this.#originate(channelId, agent);
          await this.#time.sleep(1);
          await process.alive();
          return { sent: true };
        },
      };
      return { allowed: true, call };
    };
    return {
      prepare,
      connect: async () => {
        // As with a PbxLink, starts at the same time share one login.
        login ??= logIn().finally(() => {
          login = undefined;
        });
        await login;
      },
      follow: (call, options) =>
        this.#follow(process, call, options.adopted ? options.record.callback : undefined),
      isLive: async ({ channelId }) => {
        await process.alive();
        await this.#time.sleep(2);
        await process.alive();
        check();
        return this.live.some((call) => call.channelId === channelId);
      },
      hangUp: async ({ channelId }) => {
        await process.alive();
        await this.#time.sleep(this.hangUpMs);
        await process.alive();
        const call = this.find(channelId);
        if (call && !isOver(this.statusOf(call))) call.hungUpAt ??= this.#time.now;
      },
      busyAgents: async () => new Set(),
    };
  }

  #originate(channelId: string, agent: string): void {
    if (this.find(channelId)) this.repeated.push(channelId);
    const call = { channelId, agent, plan: this.#planOf(channelId, agent), startedAt: this.#time.now };
    this.calls.push(call);
    this.onCall(call);
  }

  async *#follow(
    process: VirtualProcess,
    { channelId }: AttemptCall,
    adoptedAs: Pick<Callback, 'legs'> | undefined,
  ): AsyncGenerator<Seen> {
    const call = this.find(channelId);
    const gone = !call || isOver(this.#seen(call).status);
    if (adoptedAs && gone) {
      const { first, second } = adoptedAs.legs;
      const talked = first.status === 'answered' && second.status === 'answered';
      yield { status: talked ? 'completed' : 'unknown', legs: adoptedAs.legs };
      return;
    }
    let last = '';
    for (;;) {
      await this.#time.sleep(POLL_MS);
      await process.alive();
      if (!call) continue;
      const seen = this.#seen(call);
      if (JSON.stringify(seen) !== last) yield seen;
      last = JSON.stringify(seen);
      if (isOver(seen.status)) return;
    }
  }

  #seen({ plan, startedAt, hungUpAt }: VirtualCall): Seen {
    const now = Math.min(this.#time.now, hungUpAt ?? Number.POSITIVE_INFINITY);
    const isHungUp = hungUpAt !== undefined;
    const [rungAt, answeredAt, endAt] = [
      startedAt + plan.ringMs,
      startedAt + 2 * plan.ringMs,
      startedAt + 2 * plan.ringMs + plan.talkMs,
    ];
    const leg = (party: Leg['party'], status: Leg['status']): Leg => ({ party, status });
    const legs = (first: Leg['status'], second: Leg['status']): Seen['legs'] => ({
      first: leg('agent', first),
      second: leg('customer', second),
    });
    if (now < rungAt) {
      return isHungUp
        ? { status: 'canceled', legs: legs('canceled', 'waiting') }
        : { status: 'ringing', legs: legs('ringing', 'waiting') };
    }
    if (plan.agent !== 'answers') return { status: plan.agent, legs: legs(plan.agent, 'waiting') };
    if (now < answeredAt) {
      return isHungUp
        ? { status: 'canceled', legs: legs('answered', 'canceled') }
        : { status: 'in-progress', legs: legs('answered', 'ringing') };
    }
    if (plan.customer !== 'answers') return { status: plan.customer, legs: legs('answered', plan.customer) };
    const isTalking = now < endAt && !isHungUp;
    return { status: isTalking ? 'in-progress' : 'completed', legs: legs('answered', 'answered') };
  }
}

const isOver = (status: string): boolean => !['queued', 'dialing', 'ringing', 'in-progress'].includes(status);
