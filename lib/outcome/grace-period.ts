import type { LegStatus } from '../calls/callback.ts';
import type { CallFacts } from './call-facts.ts';
import type { Outcome } from './outcome.ts';

/** How long to keep listening after the outcome is decided, for a late cause or another dial. */
export interface GracePeriod {
  longestMs: number;
  /** The period ends sooner if the PBX has sent no event of any call for this time. */
  quietMs: number;
  /** The least time between two WaitEvents. */
  paceMs: number;
}

/** A cause comes within milliseconds of the failure that it explains. */
const CAUSES: GracePeriod = { longestMs: 200, quietMs: 200, paceMs: 40 };
/**
 * No channel means that the phone was not reachable, or that a busy PBX sends its events late. As long as the PBX sends events,
 * events of this call may still come.
 */
const BACKLOG: GracePeriod = { longestMs: 2000, quietMs: 200, paceMs: 80 };
/** Within this time a dialplan dials the next trunk or a colleague. */
const NEXT_DIAL: GracePeriod = { longestMs: 1000, quietMs: 1000, paceMs: 100 };

const FAILED: ReadonlySet<LegStatus> = new Set(['busy', 'no-answer', 'failed']);

export function gracePeriodFor({ over, second }: Outcome, { channels }: CallFacts): GracePeriod {
  if (channels.size === 0) return BACKLOG;
  return !over && FAILED.has(second.status) ? NEXT_DIAL : CAUSES;
}
