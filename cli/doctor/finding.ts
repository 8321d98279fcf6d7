import type { Mark } from '../terminal.ts';

/** What a check came to: what was found, and what to do about it. */
export interface Verdict {
  mark: Extract<Mark, 'OK' | 'WARN' | 'FAIL' | 'SKIP'>;
  found: string;
  cure?: string;
}

/** The names are API of `--json`. */
export type CheckName =
  | 'settings'
  | 'address'
  | 'reach'
  | 'tls'
  | 'ajam'
  | 'version'
  | 'connections'
  | 'login'
  | 'parallel'
  | 'privileges'
  | 'channel'
  | 'dialplan'
  | 'events'
  | 'speed'
  /** The checks that could not be made because of one before. */
  | 'rest';

export interface Finding extends Verdict {
  /** `settings`, `pbx/main`, `routes/default on pbx/main`. */
  subject: string;
  check: CheckName;
}

export const ok = (found: string): Verdict => ({ mark: 'OK', found });
export const warn = (found: string, cure: string): Verdict => ({ mark: 'WARN', found, cure });
export const fail = (found: string, cure: string): Verdict => ({ mark: 'FAIL', found, cure });
