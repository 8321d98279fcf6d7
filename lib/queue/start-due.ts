import type { Attempts } from './attempts.ts';
import type { AgentState } from './choose-agent.ts';
import { chooseStarts, type LineState, type WaitingCallback } from './choose-starts.ts';
import type { LineServices, LineSettings } from './line-services.ts';
import type { PbxBackoff } from './pbx-backoff.ts';
import type { LookDepth } from './read-ahead.ts';
import type { StartPace } from './start-pace.ts';

/** What one round of starts works with. */
export interface StartRound {
  clock: LineServices['clock'];
  settings: LineSettings;
  pace: StartPace;
  agents: ReadonlyMap<string, AgentState>;
  attempts: Attempts;
  backoff: PbxBackoff;
  depth: LookDepth;
  mayStart: () => boolean;
  isStopped: () => boolean;
  /** When the runner looks again at the latest, on the monotonic clock. */
  lookAgainAt: number;
}

/** Starts the callbacks that may start until the next look. Returns how long to wait before that look. */
export async function startDue(callbacks: readonly WaitingCallback[], round: StartRound): Promise<number> {
  const { clock, pace, attempts, depth, lookAgainAt } = round;
  const tried = new Set<string>();
  depth.ended({ isExhausted: false });
  for (;;) {
    const left = callbacks.filter(({ id }) => !attempts.has(id) && !tried.has(id));
    const [start] = chooseStarts(left, lineState(round));
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

function lineState({ clock, settings, pace, agents, attempts, backoff, mayStart }: StartRound): LineState {
  const { capacity, perAgent } = settings;
  const monotonic = clock.monotonic();
  const own = new Set(attempts.occupiedAgents);
  const withOwn = Array.from(agents, ([extension, state]): [string, AgentState] => [
    extension,
    own.has(extension) ? { ...state, occupied: true } : state,
  ]);
  return {
    ...{ capacity, perAgent },
    now: clock.now(),
    paused: !mayStart(),
    live: attempts.size,
    pace: pace.allowed(monotonic),
    agents: new Map(withOwn),
    startsFor: (pbx) => backoff.startsFor(pbx, monotonic),
  };
}
