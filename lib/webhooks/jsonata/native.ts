/** Letters that a function may be given and may make: twice what is in the largest payload. */
export const MAX_LETTERS = 128 * 1024;

/** How jsonata keeps a function of its own. */
export interface Native {
  _jsonata_function: true;
  implementation: Implementation;
}

export type Implementation = (this: unknown, ...args: unknown[]) => unknown;

/** jsonata asks a function's length, and its text for the names of the parameters. */
export const like = (native: Implementation, other: Implementation): Implementation =>
  Object.defineProperties(other, {
    length: { value: native.length },
    toString: { value: () => native.toString() },
  });

/** Thrown by a function that would have to do too much; told from jsonata's own codes by the `$`. */
export const tooMuch = (name: string) => ({ code: `$${name}` });

export const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);
