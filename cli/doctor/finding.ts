import type { Mark } from '../terminal.ts';

/** The result of a check: what was found, and what to do about it. */
export interface Verdict {
  mark: Extract<Mark, 'OK' | 'WARN' | 'FAIL' | 'SKIP'>;
  found: string;
  cure?: string;
}

/** The names are part of the API of `--json`. */
export type CheckName =
  | 'settings'
  | 'http-conf'
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
  | 'line'
  | 'hints'
  | 'events'
  | 'speed'
  /** The checks that could not run because an earlier one failed. */
  | 'rest';

export interface Finding extends Verdict {
  /** `settings`, `pbx/main`, `routes/default on pbx/main`. */
  subject: string;
  check: CheckName;
}

export const ok = (found: string): Verdict => ({ mark: 'OK', found });
export const warn = (found: string, cure: string): Verdict => ({ mark: 'WARN', found, cure });
export const fail = (found: string, cure: string): Verdict => ({ mark: 'FAIL', found, cure });
export const skip = (found: string): Verdict => ({ mark: 'SKIP', found });
