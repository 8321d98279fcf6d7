import { waitingOrder } from '../store/waiting-order.ts';

/** A callback that is due. Times are milliseconds since the epoch. */
export interface WaitingCallback {
  id: string;
  route: string;
  dueAt: number;
  priority: number;
  /** No attempt starts at or after this time. */
  expiresAt: number;
  /** The extensions that may take it: one for a route with an agent, several for a pool. */
  agents: readonly string[];
  /** The PBXs of its route, in the order in which they are tried. */
  pbxs: readonly string[];
}

/** The known state of an extension. An absent field means never, or not known. */
export interface AgentState {
  /** Has an attempt or a talk of any line. */
  occupied?: boolean;
  paused?: boolean;
  /** Not rung until then: wrap-up after a talk, rest after not answering. */
  restUntil?: number;
  /** The end of the last talk. */
  lastTalkEndedAt?: number;
  /** The hint of the dialplan shows another call. */
  busyOnPbx?: boolean;
}

export interface LineState {
  now: number;
  paused: boolean;
  /** Attempts and talks that may live at once. */
  capacity: number;
  /** How many attempts and talks live now. */
  live: number;
  /** One attempt or talk for each agent. False for a ring group or a queue behind one extension. */
  perAgent: boolean;
  /** How many starts the pace allows now. */
  pace: number;
  agents: ReadonlyMap<string, AgentState>;
  /** How many starts may go to a PBX now: 0 while it is down, 1 when it is time for a probe, else any number. */
  startsFor: (pbx: string) => number;
}

export interface Start {
  callback: WaitingCallback;
  agent: string;
  pbx: string;
}

/**
 * Chooses which waiting callbacks start now, each with its agent and the PBX to try first. A callback whose agents or PBXs
 * are not free is skipped and blocks no other one.
 */
export function chooseStarts(waiting: readonly WaitingCallback[], line: LineState): Start[] {
  const free = line.paused ? 0 : Math.min(line.capacity - line.live, line.pace);
  const starts: Start[] = [];
  const taken = new Set<string>();
  const sent = new Map<string, number>();
  const takesCall = (pbx: string): boolean => (sent.get(pbx) ?? 0) < line.startsFor(pbx);
  for (const callback of waiting.toSorted(byOrder)) {
    if (starts.length >= free) break;
    if (callback.expiresAt <= line.now || callback.dueAt > line.now) continue;
    const pbx = callback.pbxs.find(takesCall);
    const agent = pbx && chooseAgent(callback.agents, line, taken);
    if (pbx === undefined || agent === undefined) continue;
    if (line.perAgent) taken.add(agent);
    sent.set(pbx, (sent.get(pbx) ?? 0) + 1);
    starts.push({ callback, agent, pbx });
  }
  return starts;
}

const byOrder = (a: WaitingCallback, b: WaitingCallback): number =>
  waitingOrder(a) - waitingOrder(b) || (a.id < b.id ? -1 : 1);

/** Returns the free agent whose last talk is longest ago. Agents that have not talked yet come first, as they are listed. */
function chooseAgent(
  extensions: readonly string[],
  { agents, now, perAgent }: LineState,
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
