import type { DueCallback } from '../store/due-callbacks.ts';
import { type Lease, lineLease } from '../store/leases.ts';
import type { Store } from '../store/store.ts';
import { viewAgents } from './agent-view.ts';
import { type LineView, MOST_COUNTED } from './line-schema.ts';
import type { MayUseRoute } from './visible-callbacks.ts';

/** The settings of a line that the caller may see. */
export interface KnownLine {
  name: string;
  capacity: number;
  /** The agents that its routes name: pools and fixed agents. */
  agents: readonly string[];
  /** Agents of other routes are left out. The callbacks of all routes are counted. */
  mayUseRoute: MayUseRoute;
}

const MOST_AGENTS = 200;

/** Returns the current state of a line. Its lists may be a second old. */
export async function viewLine(store: Store, line: KnownLine, now = Date.now()): Promise<LineView> {
  const { name, capacity, mayUseRoute } = line;
  const [control, lease, open, queued, planned] = await Promise.all([
    store.readLineControl(name),
    store.readLease(lineLease(name)),
    store.listOpen(name),
    store.listQueued(name, MOST_COUNTED),
    store.listScheduled(name, Number.MAX_SAFE_INTEGER, MOST_COUNTED),
  ]);
  const overdue = planned.filter(({ dueAt }) => dueAt <= now);
  // Without a runner, nobody changes the status of overdue and expired callbacks.
  const due = [...queued, ...overdue].filter(({ expiresAt }) => expiresAt > now);
  const agents = agentsOf(line, [...open, ...due]);
  return {
    name,
    paused: control.paused,
    capacity,
    slotsInUse: open.length,
    agents: await viewAgents(store, agents, { open, mayUseRoute, now }),
    due: Math.min(due.length, MOST_COUNTED),
    scheduled: planned.length - overdue.length,
    oldestWaitSeconds: oldestWait(due, now),
    runner: viewRunner(lease, now),
  };
}

/** The agents of the settings, then the agents of callbacks. */
function agentsOf({ agents, mayUseRoute }: KnownLine, callbacks: readonly DueCallback[]): string[] {
  const named = callbacks.flatMap(({ agent, route }) => (agent !== '' && mayUseRoute(route) ? [agent] : []));
  return [...new Set([...agents, ...named])].slice(0, MOST_AGENTS);
}

function oldestWait(due: readonly DueCallback[], now: number): number | null {
  if (due.length === 0) return null;
  const first = Math.min(...due.map(({ dueAt }) => dueAt));
  // The clock of the process that accepted the callback may be ahead.
  return Math.max(0, Math.floor((now - first) / 1000));
}

const viewRunner = (lease: Lease | undefined, now: number): LineView['runner'] =>
  lease && lease.until > now ? { id: lease.owner, until: new Date(lease.until).toISOString() } : null;
