import type { AgentRecord } from '../store/agents.ts';

/** The known state of an agent. An absent field means "never" or "not known". Times are Unix times in milliseconds. */
export interface AgentState extends Omit<AgentRecord, 'holder'> {
  /** An attempt of any line has the agent. */
  occupied?: boolean;
  /** The hint of the dialplan shows another call. */
  busyOnPbx?: boolean;
}

export interface AgentsNow {
  now: number;
  /** Whether an agent takes one call at a time. False for a ring group or a queue behind one extension. */
  perAgent: boolean;
  agents: ReadonlyMap<string, AgentState>;
}

/**
 * Returns the free agent whose last talk ended first. Agents without a talk come before all others, in the order of
 * `extensions`.
 */
export function chooseAgent(
  extensions: readonly string[],
  { agents, now, perAgent }: AgentsNow,
  taken: ReadonlySet<string>,
): string | undefined {
  const idle = extensions.filter((extension) => {
    const { occupied, paused, restUntil = 0, busyOnPbx } = agents.get(extension) ?? {};
    if (paused || busyOnPbx || restUntil > now) return false;
    return !perAgent || !(occupied || taken.has(extension));
  });
  const lastTalk = (extension: string): number => agents.get(extension)?.lastTalkEndedAt ?? 0;
  return idle.toSorted((a, b) => lastTalk(a) - lastTalk(b))[0];
}
