import { createContext, Script } from 'node:vm';

const context = createContext({});
const script = new Script('run()');

/** No single step of an expression has any business to take longer. */
const MAX_STEP_MS = 100;

/**
 * Runs what may not come to an end by itself: V8 interrupts even native code when the script that called it runs out of
 * time.
 *
 * @param deadline As `Date.now()` tells time.
 */
export function interruptible<T>(run: () => T, deadline: number): T {
  const timeout = Math.min(MAX_STEP_MS, deadline - Date.now());
  if (timeout <= 0) throw { code: 'D1012' };
  context['run'] = run;
  return script.runInContext(context, { timeout }) as T;
}
