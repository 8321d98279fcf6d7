import { type DueCallback, waitingOrder } from '../store/due-callbacks.ts';
import { type AgentsNow, chooseAgent } from './choose-agent.ts';

/** A due callback with the agents and the PBXs that may take it. */
export interface WaitingCallback extends Omit<DueCallback, 'agent'> {
  /** Extensions. Several for a pool. */
  agents: readonly string[];
  /** In the order in which the runner tries them. */
  pbxs: readonly string[];
}

export interface LineState extends AgentsNow {
  paused: boolean;
  /** The most attempts at a time. An attempt lasts until its call ends. */
  capacity: number;
  /** The number of attempts now. */
  live: number;
  /** How many starts the pace allows now. */
  pace: number;
  /** How many starts may go to a PBX now. See `PbxBackoff`. */
  startsFor: (pbx: string) => number;
}

export interface Start {
  callback: WaitingCallback;
  agent: string;
  pbx: string;
}

/**
 * Chooses the callbacks that start now, with an agent and a PBX for each. Skips a callback whose agents or PBXs are not
 * free, so that it does not block the callbacks behind it.
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
