import jsonata, { type Expression } from 'jsonata';

export type Compiled = { ok: true; expression: Expression } | { ok: false; code: string };

export function compile(source: string, options: Parameters<typeof jsonata>[1] = {}): Compiled {
  try {
    return { ok: true, expression: jsonata(source, options) };
  } catch (error) {
    return { ok: false, code: codeOf(error) };
  }
}

/** jsonata's messages quote values; its codes do not. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'unknown');
}
