import type { LineServices } from './line-services.ts';

/** Agents whose hints the runner wants, in one context of a PBX. */
export interface WantedHints {
  pbx: string;
  context: string;
  agents: readonly string[];
}

/** An older answer does not count, because the agent may have begun or ended a call since. */
const FRESH_MS = 2_500;
/** The least time between two questions to the PBX. */
const PAUSE_MS = 250;
/** The least time between a failed question and the next question. Agents count as free during this time. */
const FAILED_PAUSE_MS = 2_500;
/** How long an agent counts as busy while the PBX has not answered. */
const ANSWER_WAIT_MS = 3_000;
/** The most extensions in one question. */
const MOST_ASKED = 100;

/** Times are milliseconds of the monotonic clock. */
interface Reading {
  askedAt: number;
  isPending: boolean;
  /** Whether the last question got no answer. */
  hasFailed: boolean;
  answers: Map<string, { isBusy: boolean; at: number }>;
}

/**
 * Knows which agents are busy, by the hints of the dialplan. Asks in the background, because a silent PBX must not delay the
 * callbacks of other PBXs.
 */
export class Hints {
  readonly #services: Pick<LineServices, 'calls' | 'clock' | 'log'>;
  readonly #freed: () => void;
  readonly #readings = new Map<string, Reading>();

  /** @param freed Called when a busy or unknown agent has become free, and when a question failed. */
  constructor(services: Pick<LineServices, 'calls' | 'clock' | 'log'>, freed: () => void) {
    this.#services = services;
    this.#freed = freed;
  }

  /** Asks the PBX, if enough time has passed. Returns the agents that are busy by the answers so far. */
  busyOf(wanted: WantedHints): string[] {
    const reading = this.#ask(wanted);
    const now = this.#services.clock.monotonic();
    const isWaiting = reading.isPending && now - reading.askedAt < ANSWER_WAIT_MS;
    // While the PBX may still answer, an agent counts as busy. Without an answer, the agent counts as free. Otherwise a PBX
    // that refuses this action would stop the line.
    return wanted.agents.filter((agent) => this.#answer(reading, agent)?.isBusy ?? isWaiting);
  }

  #answer({ answers }: Reading, agent: string): { isBusy: boolean; at: number } | undefined {
    const answer = answers.get(agent);
    return answer && this.#services.clock.monotonic() - answer.at < FRESH_MS ? answer : undefined;
  }

  #ask({ pbx, context, agents }: WantedHints): Reading {
    const now = this.#services.clock.monotonic();
    const key = `${pbx} ${context}`;
    const reading = this.#readings.get(key) ?? {
      askedAt: Number.NEGATIVE_INFINITY,
      isPending: false,
      hasFailed: false,
      answers: new Map(),
    };
    this.#readings.set(key, reading);
    const pauseMs = reading.hasFailed ? FAILED_PAUSE_MS : PAUSE_MS;
    if (reading.isPending || now - reading.askedAt < pauseMs) return reading;
    reading.askedAt = now;
    reading.isPending = true;
    void this.#read(reading, { pbx, context, agents: this.#leastKnown(reading, agents) });
    return reading;
  }

  async #read(reading: Reading, { pbx, context, agents }: WantedHints): Promise<void> {
    const { calls, clock, log } = this.#services;
    try {
      const busy = await calls.busyAgents(pbx, context, agents);
      const freed = agents.some(
        (agent) => !busy.has(agent) && this.#answer(reading, agent)?.isBusy !== false,
      );
      for (const agent of agents)
        reading.answers.set(agent, { isBusy: busy.has(agent), at: clock.monotonic() });
      reading.hasFailed = false;
      if (freed) this.#freed();
    } catch (error) {
      const text = 'hints cannot be read, so agents count as free';
      if (!reading.hasFailed) log(text, { pbx, context }, error);
      reading.hasFailed = true;
      this.#freed();
    } finally {
      reading.isPending = false;
    }
  }

  /** Returns the agents of the next question. Agents with the oldest answers come first. */
  #leastKnown({ answers }: Reading, agents: readonly string[]): string[] {
    const at = (agent: string): number => answers.get(agent)?.at ?? 0;
    return agents.toSorted((a, b) => at(a) - at(b)).slice(0, MOST_ASKED);
  }
}
