import { isLambda } from '../bounds.ts';

/**
 * What values come to if they are written out: one for each value, and its letters. What stands in a value twice counts
 * twice, but is looked at once, as expressions make trees that double with every step.
 */
export class Weights {
  readonly #known = new WeakMap<object, number>();

  of(value: unknown): number {
    if (typeof value === 'string') return value.length + 1;
    if (typeof value !== 'object' || value === null || isLambda(value)) return 1;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    let weight = 1;
    for (const [name, inner] of Object.entries(value)) {
      weight += (Array.isArray(value) ? 0 : name.length) + this.of(inner);
    }
    this.#known.set(value, weight);
    return weight;
  }
}
