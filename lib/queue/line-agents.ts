import { type AgentHolder, type AgentRecord, CLAIM_MS, isHoldOver } from '../store/agents.ts';
import type { AgentState } from './choose-agent.ts';
import type { LineServices, QueueClock } from './line-services.ts';

/** How long the runner chooses agents by a state that it has read. `take` checks the state again. */
const FRESH_MS = 1_000;
/** The most agents that one look reads. The agents with the oldest states come first. */
const MOST_READ = 100;
/** How long the attempt of an agent counts as live after the runner has read its record. */
const CONFIRMED_MS = 5_000;
/** For how many busy agents one look checks whether their attempt is over. */
const MOST_CONFIRMED = 20;

type Holder = NonNullable<AgentRecord['holder']>;

interface Known {
  agent: AgentRecord;
  /** On the monotonic clock. */
  readAt: number;
}

/** The agents of a line, as its runner knows them. Other lines may ring these agents too. */
export class LineAgents {
  readonly #store: LineServices['store'];
  readonly #clock: QueueClock;
  readonly #known = new Map<string, Known>();
  /** The attempt of each agent, and until when it counts as live, on the monotonic clock. */
  readonly #confirmed = new Map<string, { holder: string; until: number }>();

  constructor({ store, clock }: LineServices) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Returns the state of each extension. Reads states again that are older than a second.
   *
   * @param options.confirm Whether to free agents whose attempt is over.
   */
  async statesOf(
    extensions: readonly string[],
    { confirm }: { confirm: boolean },
  ): Promise<Map<string, AgentState>> {
    await this.#refresh(extensions);
    if (confirm) await this.#confirmHolders(extensions);
    const states = extensions.map((extension): [string, AgentState] => {
      const { holder, ...state } = this.#known.get(extension)?.agent ?? {};
      return [extension, { ...state, occupied: holder !== undefined }];
    });
    return new Map(states);
  }

  /**
   * Takes an agent for an attempt. Succeeds if the agent is free, or if the attempt that has the agent is over. Returns
   * whether it succeeded.
   */
  async take(extension: string, holder: AgentHolder): Promise<boolean> {
    const at = this.#clock.now();
    const first = await this.#store.takeAgent(extension, holder, { at });
    const other = first.taken ? undefined : first.agent.holder;
    const isOver = other !== undefined && (await this.#isOver(other));
    const { taken, agent } = isOver
      ? await this.#store.takeAgent(extension, holder, { at, over: other })
      : first;
    if (other && !isOver) this.#confirm(extension, other);
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

  /** Reads the agents with the oldest states. */
  async #refresh(extensions: readonly string[]): Promise<void> {
    const readAt = (extension: string): number =>
      this.#known.get(extension)?.readAt ?? Number.NEGATIVE_INFINITY;
    const stale = extensions
      .filter((extension) => this.#clock.monotonic() - readAt(extension) >= FRESH_MS)
      .toSorted((a, b) => (readAt(a) === readAt(b) ? 0 : readAt(a) - readAt(b)))
      .slice(0, MOST_READ);
    if (stale.length === 0) return;
    const read = await this.#store.readAgents(stale);
    for (const extension of stale) this.#remember(extension, read.get(extension) ?? {});
  }

  /** Lets agents count as free if their attempt is over. Its runner may have died before it freed the agent. */
  async #confirmHolders(extensions: readonly string[]): Promise<void> {
    const unsure = extensions.flatMap((extension) => {
      const holder = this.#known.get(extension)?.agent.holder;
      return holder && !this.#isAtWork(extension, holder) ? [{ extension, holder }] : [];
    });
    await Promise.all(
      unsure.slice(0, MOST_CONFIRMED).map(async ({ extension, holder }) => {
        if (!(await this.#isOver(holder))) return this.#confirm(extension, holder);
        const known = this.#known.get(extension);
        if (known) this.#known.set(extension, { ...known, agent: { ...known.agent, holder: undefined } });
      }),
    );
  }

  async #isOver(holder: Holder): Promise<boolean> {
    return isHoldOver(holder, await this.#store.readCallback(holder.callback), this.#clock.now());
  }

  #isAtWork(extension: string, holder: Holder): boolean {
    const confirmed = this.#confirmed.get(extension);
    const isConfirmed = confirmed?.holder === keyOf(holder) && this.#clock.monotonic() < confirmed.until;
    return isConfirmed || this.#clock.now() - holder.takenAt < CLAIM_MS;
  }

  #confirm(extension: string, holder: AgentHolder): void {
    this.#confirmed.set(extension, {
      holder: keyOf(holder),
      until: this.#clock.monotonic() + CONFIRMED_MS,
    });
  }

  #remember(extension: string, agent: AgentRecord): void {
    this.#known.set(extension, { agent, readAt: this.#clock.monotonic() });
  }
}

const keyOf = ({ callback, attempt }: AgentHolder): string => `${callback}#${attempt}`;
