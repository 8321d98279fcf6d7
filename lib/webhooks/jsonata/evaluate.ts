import { codeOf, compile } from './compile.ts';
import { interruptible } from './interruptible.ts';
import { tooMuch } from './native.ts';
import { boundedNatives } from './natives.ts';
import { Weights } from './weights.ts';

/** How deep an evaluation may call itself, and how many values one step may yield. */
const MAX_STACK = 150;
const MAX_SEQUENCE = 2000;

/** Of what one step yields, by Weights: several times the largest payload. Operators work on it in native code. */
const MAX_WEIGHT = 512 * 1024;
/** jsonata calls it with what every step yields; its debuggers use it. */
const AFTER_EACH_STEP = Symbol.for('jsonata.__evaluate_exit');

export type Evaluated =
  | { ok: true; value: unknown }
  /** `expression`: it is wrong whatever it is given. `limit`: it is too much work. `payload`: it does not fit. */
  | { ok: false; fault: 'expression' | 'limit' | 'payload'; code: string };

/**
 * Runs an owner's expression on a stranger's payload.
 *
 * jsonata looks at its limits between the steps of an evaluation, which is enough for all that it does itself. What
 * one step does in native code is bounded in natives.ts, and here by how much it is given. `$eval` would run what the
 * stranger wrote.
 *
 * @param deadline As `Date.now()` tells time.
 */
export async function evaluate(source: string, payload: unknown, deadline: number): Promise<Evaluated> {
  const compiled = compile(source, {
    timeout: Math.max(1, deadline - Date.now()),
    stack: MAX_STACK,
    sequence: MAX_SEQUENCE,
    RegexEngine: boundedRegExp(deadline) as unknown as RegExpConstructor,
  });
  if (!compiled.ok) return { ...compiled, fault: 'expression' };
  const { expression } = compiled;
  for (const [name, native] of await boundedNatives(deadline)) expression.assign(name, native);
  const weights = new Weights();
  const weigh = (_step: unknown, _input: unknown, _frame: unknown, result: unknown): void => {
    if (weights.of(result) > MAX_WEIGHT) throw tooMuch('weight');
  };
  // A frame takes any name; the types know of those only that can be written in an expression.
  expression.assign(AFTER_EACH_STEP as unknown as string, weigh);
  expression.registerFunction('eval', () => {
    throw { code: 'no $eval' };
  });
  try {
    return { ok: true, value: await expression.evaluate(payload) };
  } catch (error) {
    const code = codeOf(error);
    return { ok: false, fault: isLimit(code) ? 'limit' : 'payload', code };
  }
}

const LIMITS = ['D1011', 'D1012', 'D2014', 'D2015', 'ERR_SCRIPT_EXECUTION_TIMEOUT', 'RangeError'];
const isLimit = (code: string): boolean => LIMITS.includes(code) || code.startsWith('$');

/** Regular expressions may backtrack for years. */
function boundedRegExp(deadline: number) {
  return class {
    lastIndex = 0;
    readonly #re: RegExp;

    constructor(pattern: RegExp) {
      this.#re = new RegExp(pattern);
    }

    exec(text: string): RegExpExecArray | null {
      this.#re.lastIndex = this.lastIndex;
      const match = interruptible(() => this.#re.exec(text), deadline);
      this.lastIndex = this.#re.lastIndex;
      return match;
    }
  };
}
