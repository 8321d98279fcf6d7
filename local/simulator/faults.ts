import type { LoggedRequest } from './request-log.ts';

export type Fault =
  /** Accepts a new connection and closes it without a byte, as Asterisk does at its `sessionlimit`. */
  | { kind: 'close on connect' }
  /** Closes the connection when the next request arrives, and does not read the request. */
  | { kind: 'drop before reading' }
  /** Reads the request, executes nothing and closes the connection. */
  | { kind: 'drop before executing' }
  /** Executes nothing and never answers. */
  | { kind: 'black hole' }
  /** Answers 503, as a proxy or a stopping Asterisk does. */
  | { kind: 'http 503' }
  /** Answers 200 with a web page. */
  | { kind: 'html' }
  /** Executes the action and closes the connection without a byte. The reply is lost. */
  | { kind: 'drop after executing' }
  /** Executes the action and never answers. */
  | { kind: 'silent after executing' }
  | { kind: 'slow'; ms: number }
  /** Sends `bytes` more bytes after the reply. */
  | { kind: 'huge body'; bytes: number }
  /** Sends half of the body that Content-Length announces, and closes the connection. */
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
  /** The name of an action in upper or lower case, or a predicate. @default all requests. Ignored for the first two faults. */
  when?: string | ((request: LoggedRequest) => boolean);
  /** The number of matching requests that get the fault. Infinity means all. @default 1 */
  times?: number;
  /** The number of matching requests that pass before the first fault. @default 0 */
  skip?: number;
}

/** Holds the faults of the next requests. A request gets the first fault that matches. */
export class Faults {
  #rules: Required<FaultRule>[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ when: () => true, times: 1, skip: 0, ...rule });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The number of rules that still apply. */
  get pending(): number {
    return this.#rules.length;
  }

  take(request: LoggedRequest): Fault | undefined {
    return this.#take((rule) => !isBlind(rule.fault) && matches(rule.when, request));
  }

  /** Returns whether the next fault of this kind applies. The request is not known yet. */
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
