import type { DueCallback } from '../store/due-callbacks.ts';
import { agentStatesOf } from './agent-states.ts';
import type { Attempts } from './attempts.ts';
import type { Hints } from './busy-by-hint.ts';
import type { AgentState } from './choose-agent.ts';
import { chooseStarts, type LineState, type WaitingCallback } from './choose-starts.ts';
import type { LineSettings } from './line-services.ts';
import type { LookDepth } from './look-depth.ts';
import type { RunnerContext } from './runner-context.ts';
import type { StartPace } from './start-pace.ts';

export interface StartRound {
  context: RunnerContext;
  settings: LineSettings;
  attempts: Attempts;
  hints: Hints;
  pace: StartPace;
  depth: LookDepth;
  isStopped: () => boolean;
  /** How long until the next look, at most. */
  lookAfterMs: number;
}

/** Starts the due callbacks that may start before the next look. Returns how many milliseconds to wait before that look. */
export async function startDue(due: readonly DueCallback[], round: StartRound): Promise<number> {
  const { context, settings, attempts, hints, pace, depth, lookAfterMs } = round;
  const { clock } = context.services;
  const lookAgainAt = clock.monotonic() + lookAfterMs;
  const callbacks = due.flatMap((each) => toWaitingCallback(each, settings));
  const own = new Set(attempts.occupiedAgents);
  const agents = await agentStatesOf(context, { hints, own }, callbacks, settings);
  const tried = new Set<string>();
  depth.ended({ isExhausted: false });
  for (;;) {
    const left = callbacks.filter(({ id }) => !attempts.has(id) && !tried.has(id));
    const [start] = chooseStarts(left, lineState(round, agents));
    if (start) {
      tried.add(start.callback.id);
      pace.started(clock.monotonic());
      attempts.start(start);
    }
    const untilPace = pace.waitMs(clock.monotonic());
    const untilLook = lookAgainAt - clock.monotonic();
    if (round.isStopped()) return 0;
    if (untilPace === 0 && !start) {
      depth.ended({ isExhausted: true });
      return Math.min(Math.max(0, untilLook), depth.pauseMs(clock.monotonic()));
    }
    if (untilPace >= untilLook) return Math.max(0, untilLook);
    await clock.sleep(untilPace);
  }
}

/** Returns nothing for a callback whose route is not in the settings. The callback waits and expires. */
function toWaitingCallback(due: DueCallback, settings: LineSettings): WaitingCallback[] {
  const route = settings.route(due.route);
  return route ? [{ ...due, agents: route.pool ?? [due.agent], pbxs: route.pbxs }] : [];
}

function lineState(
  { context, settings, attempts, pace }: StartRound,
  agents: ReadonlyMap<string, AgentState>,
): LineState {
  const { services, backoff, mayStart } = context;
  const monotonic = services.clock.monotonic();
  const withOwn = new Map(agents);
  for (const agent of attempts.occupiedAgents) withOwn.set(agent, { ...agents.get(agent), occupied: true });
  return {
    capacity: settings.capacity,
    perAgent: settings.perAgent,
    now: services.clock.now(),
    paused: !mayStart(),
    live: attempts.size,
    pace: pace.allowed(monotonic),
    agents: withOwn,
    startsFor: (pbx) => backoff.startsFor(pbx, monotonic),
  };
}
