import { codeOf, compile } from './compile.ts';
import { interruptible } from './interruptible.ts';
import { boundedNatives } from './natives.ts';

/** How deep an evaluation may call itself, and how many values one step may yield. */
const MAX_STACK = 150;
const MAX_SEQUENCE = 2000;

export type Evaluated =
  | { ok: true; value: unknown }
  /** `expression`: it is wrong whatever it is given. `limit`: it is too much work. `payload`: it does not fit. */
  | { ok: false; fault: 'expression' | 'limit' | 'payload'; code: string };

/**
 * Runs an owner's expression on a stranger's payload.
 *
 * jsonata looks at its limits between the steps of an evaluation, which is enough for all that it does itself. What
 * one step does in native code is bounded here and in natives.ts. `$eval` would run what the stranger wrote.
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
