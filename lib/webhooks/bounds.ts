/** How much may be in a value, all that is inside of it included. */
export interface Bounds {
  values: number;
  /** Of all texts and names. */
  letters: number;
  depth: number;
}

/** Whether a value is within bounds; one that stands in it twice counts twice. What functions enclose is not looked at. */
export function fits(value: unknown, { values, letters, depth }: Bounds): boolean {
  const left = { values, letters };
  const take = (inner: unknown, deeper: number): boolean => {
    left.values -= 1;
    if (typeof inner === 'string') left.letters -= inner.length;
    if (left.values < 0 || left.letters < 0 || deeper > depth) return false;
    if (typeof inner !== 'object' || inner === null || isLambda(inner)) return true;
    return Object.entries(inner).every(([name, item]) => {
      if (!Array.isArray(inner)) left.letters -= name.length;
      return take(item, deeper + 1);
    });
  };
  return take(value, 1);
}

/** jsonata's own functions are objects. */
export const isLambda = (value: object): boolean =>
  '_jsonata_lambda' in value || '_jsonata_function' in value;
