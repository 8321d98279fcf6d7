import { createContext, Script } from 'node:vm';
import jsonata from 'jsonata';

/** How deep an evaluation may call itself, and how many values one step may yield. */
const MAX_STACK = 150;
const MAX_SEQUENCE = 2000;

export type Evaluated =
  | { ok: true; value: unknown }
  /** `expression`: it is wrong whatever it is given. `limit`: too long or too deep. `payload`: it does not fit. */
  | { ok: false; fault: 'expression' | 'limit' | 'payload'; code: string };

/**
 * Runs an owner's expression on a stranger's payload.
 *
 * jsonata looks at its limits between the steps of an evaluation, which is enough for all that it does itself. What
 * one step does in native code is bounded here: regular expressions, which may backtrack for years, and `$split`.
 * `$eval` would run what the stranger wrote.
 *
 * @param deadline As `Date.now()` tells time.
 */
export async function evaluate(source: string, payload: unknown, deadline: number): Promise<Evaluated> {
  let expression: jsonata.Expression;
  try {
    expression = jsonata(source, {
      timeout: Math.max(1, deadline - Date.now()),
      stack: MAX_STACK,
      sequence: MAX_SEQUENCE,
      RegexEngine: boundedRegExp(deadline) as unknown as RegExpConstructor,
    });
  } catch (error) {
    return { ok: false, fault: 'expression', code: codeOf(error) };
  }
  expression.registerFunction('split', split, '<s-(sf)n?:a<s>>');
  for (const name of ['eval', 'pad']) expression.registerFunction(name, refuse(name));
  try {
    return { ok: true, value: await expression.evaluate(payload) };
  } catch (error) {
    const code = codeOf(error);
    return { ok: false, fault: LIMITS.includes(code) ? 'limit' : 'payload', code };
  }
}

const LIMITS = ['D1011', 'D1012', 'D2014', 'D2015', 'ERR_SCRIPT_EXECUTION_TIMEOUT', 'RangeError'];

/** Its messages quote values; its codes do not. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'unknown');
}

function split(text: string | undefined, separator: unknown, limit?: number): string[] | undefined {
  if (typeof separator !== 'string') throw { code: 'D3040' };
  const parts = text?.split(separator, limit);
  if (parts && parts.length > MAX_SEQUENCE) throw { code: 'D2015' };
  return parts;
}

const refuse = (name: string) => () => {
  throw { code: `$${name}` };
};

/** V8 interrupts even native code when the script that called it runs out of time. */
const exec = new Script('re.lastIndex = lastIndex; re.exec(text)');

function boundedRegExp(deadline: number) {
  return class {
    lastIndex = 0;
    readonly #context: { re: RegExp; lastIndex: number; text: string };

    constructor(pattern: RegExp) {
      this.#context = { re: new RegExp(pattern), lastIndex: 0, text: '' };
      createContext(this.#context);
    }

    exec(text: string): RegExpExecArray | null {
      const timeout = deadline - Date.now();
      if (timeout <= 0) throw { code: 'D1012' };
      Object.assign(this.#context, { lastIndex: this.lastIndex, text });
      const match: RegExpExecArray | null = exec.runInContext(this.#context, { timeout });
      this.lastIndex = this.#context.re.lastIndex;
      return match;
    }
  };
}
