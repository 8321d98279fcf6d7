import type { LoggedRequest } from './request-log.ts';

/** What goes wrong. The first group replaces the action, the second follows it. */
export type Fault =
  /** Accepts a new connection and closes it without a byte, as when `sessionlimit` is reached. Applies to any action. */
  | { kind: 'close on connect' }
  /** Closes the connection when its next request arrives, before it is read. Applies to any action. */
  | { kind: 'drop before reading' }
  /** Reads the request, executes nothing and closes the connection. */
  | { kind: 'drop before executing' }
  /** Executes nothing and never answers. */
  | { kind: 'black hole' }
  /** Answers 503, as a proxy or a stopping Asterisk does. */
  | { kind: 'http 503' }
  /** Answers 200 with a web page. */
  | { kind: 'html' }
  /** The lost reply: executes the action and closes the connection without a byte. */
  | { kind: 'drop after executing' }
  /** Executes the action and never answers. */
  | { kind: 'silent after executing' }
  | { kind: 'slow'; ms: number }
  /** Sends so many extra bytes after the reply. */
  | { kind: 'huge body'; bytes: number }
  /** Sends half of the announced body and closes the connection. */
  | { kind: 'truncated body' }
  /** Answers 200 with random bytes. */
  | { kind: 'garbage body' }
  /** Sends a reply that is not HTTP. */
  | { kind: 'not http' }
  /** Sends a correct reply with `Connection: close`. */
  | { kind: 'close after reply' }
  /** Sends a correct reply with keep-alive, and closes the connection at once. */
  | { kind: 'hang up after reply' }
  /** Forgets the session before the action arrives, as a restart of Asterisk does. */
  | { kind: 'forget session' };

export interface FaultRule {
  fault: Fault;
  /** The name of an action in any case, or a predicate. Without it every request matches. */
  when?: string | ((request: LoggedRequest) => boolean);
  /** How many matching requests it applies to: 1 by default, Infinity for all. */
  times?: number;
  /** How many matching requests pass before. */
  skip?: number;
}

/** Holds the faults to come. The first that matches a request is applied to it. */
export class Faults {
  #rules: Required<FaultRule>[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ when: () => true, times: 1, skip: 0, ...rule });
  }

  clear(): void {
    this.#rules = [];
  }

  /** How many faults are left. */
  get pending(): number {
    return this.#rules.length;
  }

  take(request: LoggedRequest): Fault | undefined {
    return this.#take((rule) => !isBlind(rule.fault) && matches(rule.when, request));
  }

  /** Returns a fault that applies before the request is read. */
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
