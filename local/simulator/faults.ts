import type { LoggedRequest } from './log.ts';

/** What goes wrong. The first group happens instead of the action, the second after it was executed. */
export type Fault =
  /** A new connection is accepted and closed without a byte: `sessionlimit` is reached. Knows no action. */
  | { kind: 'close on connect' }
  /** Knows no action: the connection dies when its next request arrives, before a byte of it is looked at. */
  | { kind: 'drop before reading' }
  /** The request was read, nothing was done, the connection dies. */
  | { kind: 'drop before executing' }
  /** Nothing is done and no answer ever comes. */
  | { kind: 'black hole' }
  /** A proxy's or a stopping Asterisk's 503. */
  | { kind: 'http 503' }
  /** 200 with somebody's web page. */
  | { kind: 'html' }
  /** The lost reply: the action was done and the connection dies without a byte. */
  | { kind: 'drop after executing' }
  /** The action was done, and no answer ever comes. */
  | { kind: 'silent after executing' }
  | { kind: 'slow'; ms: number }
  /** So many extra bytes stand after the reply. */
  | { kind: 'huge body'; bytes: number }
  /** Half of the announced body, then the connection dies. */
  | { kind: 'truncated body' }
  /** 200 whose body is noise. */
  | { kind: 'garbage body' }
  /** The reply is not HTTP at all. */
  | { kind: 'not http' }
  /** A proper reply with `Connection: close`. */
  | { kind: 'close after reply' }
  /** A proper reply that promises to stay, then the connection is closed at once. */
  | { kind: 'hang up after reply' }
  /** The cookie's session is unknown when the action arrives, as after a restart. */
  | { kind: 'forget session' };

export interface FaultRule {
  fault: Fault;
  /** An action name, case-insensitive, or a predicate; every request without it. */
  when?: string | ((request: LoggedRequest) => boolean);
  /** How many matching requests it hits; 1 by default, Infinity for all. */
  times?: number;
  /** How many matching requests it lets pass first. */
  skip?: number;
}

/** Rules wait in order; the first that matches a request is used on it. */
export class Faults {
  #rules: Required<FaultRule>[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ when: () => true, times: 1, skip: 0, ...rule });
  }

  clear(): void {
    this.#rules = [];
  }

  /** How many rules still wait to strike. */
  get pending(): number {
    return this.#rules.length;
  }

  take(request: LoggedRequest): Fault | undefined {
    return this.#take((rule) => !isBlind(rule.fault) && matches(rule.when, request));
  }

  /** For the faults that strike before anything is known of the request. */
  strikesBlindly(kind: BlindFault): boolean {
    return this.#take((rule) => rule.fault.kind === kind) !== undefined;
  }

  #take(fits: (rule: Required<FaultRule>) => boolean): Fault | undefined {
    for (const rule of this.#rules) {
      if (!fits(rule)) continue;
      if (rule.skip > 0) {
        rule.skip--;
        continue;
      }
      rule.times--;
      if (rule.times <= 0) this.#rules = this.#rules.filter((other) => other !== rule);
      return rule.fault;
    }
    return undefined;
  }
}

type BlindFault = 'close on connect' | 'drop before reading';

function isBlind(fault: Fault): boolean {
  return fault.kind === 'close on connect' || fault.kind === 'drop before reading';
}

function matches(when: NonNullable<FaultRule['when']>, request: LoggedRequest): boolean {
  return typeof when === 'function' ? when(request) : when.toLowerCase() === request.action.toLowerCase();
}
