import type { ItemKey, ItemTable } from './item-table.ts';

/** A limit in one calendar window, such as ten calls of the key `web` in this minute. */
export interface CounterLimit {
  /** `top`, `key#web` or `route#sales`. A limit of one party adds the party: `#number#<hash>`, `#agent#3200`. */
  counter: string;
  /** Such as `minute#2026-11-28T10:05`. */
  window: string;
  max: number;
  /** When the counter may be removed, in Unix milliseconds. */
  expiresAt: number;
}

export type CountResult<Limit> =
  /** `counts` has the count of each limit, in the order of the limits. */
  { counted: true; counts: number[] } | { counted: false; reached: Limit };

export interface CounterStore {
  /**
   * Adds 1 to the count of every window, or of no window. Returns the first reached limit. Never counts beyond a limit. After
   * a crash or a lost reply, a count may be one too high.
   */
  countWithin<Limit extends CounterLimit>(limits: readonly Limit[]): Promise<CountResult<Limit>>;
  /** Subtracts the counts of a request that sent no Originate. Ignores errors. */
  giveBackCounts(limits: readonly CounterLimit[]): Promise<void>;
  readCount(counter: string, window: string): Promise<number>;
}

const NAME = 'n';

export function counterStore(table: ItemTable): CounterStore {
  return {
    async countWithin(limits) {
      const results = await Promise.allSettled(limits.map((limit) => addTo(table, limit)));
      const added = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      if (added.length === limits.length && added.every(({ counted }) => counted))
        return { counted: true, counts: added.map(({ count }) => count) };
      await this.giveBackCounts(added.flatMap(({ counted, limit }) => (counted ? [limit] : [])));
      const reached = added.find(({ counted }) => !counted);
      if (reached) return { counted: false, reached: reached.limit };
      throw results.find((result) => result.status === 'rejected')?.reason;
    },

    async giveBackCounts(limits) {
      await Promise.allSettled(limits.map((limit) => table.giveBack(keyOf(limit), [{ name: NAME, by: 1 }])));
    },

    async readCount(counter, window) {
      return (await table.readCounts(keyOf({ counter, window })))[NAME] ?? 0;
    },
  };
}

async function addTo<Limit extends CounterLimit>(
  table: ItemTable,
  limit: Limit,
): Promise<{ limit: Limit; counted: boolean; count: number }> {
  const counts = [{ name: NAME, by: 1, max: limit.max }];
  const result = await table.add(keyOf(limit), counts, limit.expiresAt);
  return { limit, counted: result.added, count: result.added ? (result.counts[NAME] ?? 0) : limit.max };
}

const keyOf = ({ counter, window }: Pick<CounterLimit, 'counter' | 'window'>): ItemKey => ({
  partition: `counter#${counter}`,
  sort: window,
});
