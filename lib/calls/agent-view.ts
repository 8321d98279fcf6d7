import { type AgentRecord, isHoldOver } from '../store/agents.ts';
import type { DueCallback } from '../store/due-callbacks.ts';
import type { Store } from '../store/store.ts';
import type { LineAgentView } from './line-schema.ts';
import type { MayUseRoute } from './visible-callbacks.ts';

interface Seen {
  /** The line's callbacks with an attempt that may live. */
  open: readonly DueCallback[];
  mayUseRoute: MayUseRoute;
  now: number;
}

/** Returns the current state of each agent. */
export async function viewAgents(
  store: Store,
  extensions: readonly string[],
  seen: Seen,
): Promise<LineAgentView[]> {
  const records = await store.readAgents(extensions);
  return await Promise.all(
    extensions.map((extension) => viewAgent(store, extension, records.get(extension) ?? {}, seen)),
  );
}

/** Returns the current state of one agent. */
export async function viewAgent(
  store: Store,
  extension: string,
  { holder, paused = false, restUntil = 0 }: AgentRecord,
  { open, mayUseRoute, now }: Seen,
): Promise<LineAgentView> {
  const own = open.find(({ agent }) => agent === extension);
  const view = { extension, paused };
  if (own) {
    return { ...view, status: 'talking', ...(mayUseRoute(own.route) && { callback: own.id }) };
  }
  // Another line has the agent, or a runner died before it gave the agent back.
  if (holder && !isHoldOver(holder, await store.readCallback(holder.callback), now))
    return { ...view, status: 'talking' };
  if (paused) return { ...view, status: 'paused' };
  if (restUntil <= now) return { ...view, status: 'free' };
  return { ...view, status: 'wrap-up', until: new Date(restUntil).toISOString() };
}
