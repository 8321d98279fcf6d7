import type { LegStatus } from '../calls/callback.ts';
import type { CallFacts } from './call-facts.ts';
import type { Outcome } from './outcome.ts';

/** How long what is decided is heard out, for a cause or a turn that may still come. */
export interface Patience {
  longestMs: number;
  /** Over sooner when the PBX has told of nothing for so long. */
  quietMs: number;
  /** How often it is asked. */
  paceMs: number;
}

/** Causes come within milliseconds of what they explain; a caller is not kept longer for them. */
const CAUSES: Patience = { longestMs: 200, quietMs: 200, paceMs: 40 };
/**
 * Without any channel the phone was not reachable, unless a PBX under load tells of its channels late: as long as it
 * goes on telling of any, ours may be among them.
 */
const BACKLOG: Patience = { longestMs: 2000, quietMs: 200, paceMs: 80 };
/** Within it a dialplan that means to dial somebody else does so: the next trunk, a colleague. */
const NEXT_DIAL: Patience = { longestMs: 1000, quietMs: 1000, paceMs: 100 };

const FAILED: ReadonlySet<LegStatus> = new Set(['busy', 'no-answer', 'failed']);

export function patienceFor({ over, second }: Outcome, { channels }: CallFacts): Patience {
  if (channels.size === 0) return BACKLOG;
  return !over && FAILED.has(second.status) ? NEXT_DIAL : CAUSES;
}
