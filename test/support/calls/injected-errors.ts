import { AjamSession } from '../../../lib/ajam/index.ts';
import { CallFollower } from '../../../lib/asterisk/call-follower.ts';
import { SessionPool } from '../../../lib/asterisk/session-pool.ts';
import { AttemptRecorder } from '../../../lib/calls/attempt-recorder.ts';
import { Deadline } from '../../../lib/shared/deadline.ts';

/** Everything that placing a callback calls or awaits once an Originate has left. */
const CLASSES = [AjamSession, SessionPool, CallFollower, Deadline, AttemptRecorder];

export interface InjectedError extends Disposable {
  /** Whether so many calls were made that one has thrown. */
  readonly thrown: boolean;
}

/**
 * From the first Originate on, lets `skip` calls of the classes' methods and getters pass, then makes one throw, or all that
 * follow.
 */
export function injectError(skip: number, followers: 'one' | 'all' = 'one'): InjectedError {
  let left: number | undefined;
  let thrown = false;
  const pass = (name: string, args: readonly unknown[]): void => {
    const [action] = args as [{ action?: string } | undefined];
    if (name === 'send' && action?.action === 'Originate') left ??= skip;
    if (left === undefined || (thrown && followers === 'one')) return;
    if (left === 0) {
      thrown = true;
      throw new RangeError(`injected in ${name}`);
    }
    left -= 1;
  };
  const restore = CLASSES.flatMap(({ prototype }) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, known]) => {
      if (name === 'constructor') return [];
      Object.defineProperty(prototype, name, injecting(name, known, pass));
      return [() => Object.defineProperty(prototype, name, known)];
    }),
  );
  return {
    get thrown() {
      return thrown;
    },
    [Symbol.dispose]: () => {
      for (const undo of restore) undo();
    },
  };
}

function injecting(
  name: string,
  { get, value, ...known }: PropertyDescriptor,
  pass: (name: string, args: readonly unknown[]) => void,
): PropertyDescriptor {
  if (get) {
    return {
      configurable: true,
      get(this: unknown) {
        pass(name, []);
        return get.call(this);
      },
    };
  }
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    pass(name, args);
    return value.apply(this, args);
  };
  return { ...known, value: wrapped };
}
