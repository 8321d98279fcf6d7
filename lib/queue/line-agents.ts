import { type AgentHolder, type AgentRecord, CLAIM_MS, isHoldOver } from '../store/agents.ts';
import type { AgentState } from './choose-starts.ts';
import type { LineStore, QueueClock } from './line-services.ts';

/** How long what was read of an agent is good enough to choose by. Taking the agent decides. */
const FRESH_MS = 1_000;
/** How long a holder counts as being at work after its record was read. */
const CONFIRMED_MS = 5_000;

interface Known {
  agent: AgentRecord;
  /** On the monotonic clock. */
  readAt: number;
}

/** The agents of a line, as far as its runner knows them. Other lines may ring them, too. */
export class LineAgents {
  readonly #store: Pick<LineStore, 'readAgents' | 'takeAgent' | 'releaseAgent' | 'readCallback'>;
  readonly #clock: QueueClock;
  readonly #known = new Map<string, Known>();
  /** Holders that were seen at work, until when that counts, on the monotonic clock. */
  readonly #confirmed = new Map<string, number>();

  constructor(
    store: Pick<LineStore, 'readAgents' | 'takeAgent' | 'releaseAgent' | 'readCallback'>,
    clock: QueueClock,
  ) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Returns what is known of each extension, read again where it is older than a second. */
  async statesOf(extensions: readonly string[]): Promise<Map<string, AgentState>> {
    const monotonic = this.#clock.monotonic();
    const stale = extensions.filter(
      (extension) => monotonic - (this.#known.get(extension)?.readAt ?? Number.NEGATIVE_INFINITY) >= FRESH_MS,
    );
    const read = stale.length > 0 ? await this.#store.readAgents(stale) : new Map<string, AgentRecord>();
    for (const extension of stale) this.#remember(extension, read.get(extension) ?? {});
    const states = extensions.map((extension): [string, AgentState] => {
      const { holder, restUntil, lastTalkEndedAt, paused } = this.#known.get(extension)?.agent ?? {};
      return [
        extension,
        {
          occupied: holder !== undefined && this.#isAtWork(holder),
          paused: paused ?? false,
          ...(restUntil !== undefined && { restUntil }),
          ...(lastTalkEndedAt !== undefined && { lastTalkEndedAt }),
        },
      ];
    });
    return new Map(states);
  }

  /** Takes an agent for an attempt, also from one that is over although its runner could not say so. */
  async take(extension: string, holder: AgentHolder): Promise<boolean> {
    const at = this.#clock.now();
    const first = await this.#store.takeAgent(extension, holder, { at });
    const other = first.taken ? undefined : first.agent.holder;
    const isOver = other !== undefined && (await this.#isOver(other));
    const { taken, agent } = isOver
      ? await this.#store.takeAgent(extension, holder, { at, over: other })
      : first;
    if (other && !isOver) this.#confirmed.set(keyOf(other), this.#clock.monotonic() + CONFIRMED_MS);
    this.#remember(extension, agent);
    return taken;
  }

  async release(
    extension: string,
    holder: AgentHolder,
    rest: Pick<AgentRecord, 'restUntil' | 'lastTalkEndedAt'> = {},
  ): Promise<void> {
    await this.#store.releaseAgent(extension, holder, rest);
    this.#known.delete(extension);
  }

  async #isOver(holder: NonNullable<AgentRecord['holder']>): Promise<boolean> {
    return isHoldOver(holder, await this.#store.readCallback(holder.callback), this.#clock.now());
  }

  /** Otherwise its record is read when somebody wants the agent. */
  #isAtWork(holder: NonNullable<AgentRecord['holder']>): boolean {
    const confirmedUntil = this.#confirmed.get(keyOf(holder)) ?? Number.NEGATIVE_INFINITY;
    return this.#clock.now() - holder.takenAt < CLAIM_MS || this.#clock.monotonic() < confirmedUntil;
  }

  #remember(extension: string, agent: AgentRecord): void {
    this.#known.set(extension, { agent, readAt: this.#clock.monotonic() });
  }
}

const keyOf = ({ callback, attempt }: AgentHolder): string => `${callback}#${attempt}`;
