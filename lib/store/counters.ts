import type { CountLimit, ItemKey, ItemTable } from './item-table.ts';

/** A limit in one calendar window, such as ten calls of the key `web` in this minute. */
export interface CounterLimit extends CountLimit {
  /** `top`, `key#web` or `route#sales`. A limit of one party adds the party: `#number#<hash>`, `#agent#3200`. */
  counter: string;
  /** Such as `minute#2026-11-28T10:05`. */
  window: string;
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

export function counterStore(table: ItemTable): CounterStore {
  return {
    async countWithin(limits) {
      const results = await Promise.allSettled(
        limits.map(async (limit) => ({ limit, count: await table.add(keyOf(limit), limit) })),
      );
      const answers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const counts = answers.flatMap(({ count }) => count ?? []);
      if (counts.length === limits.length) return { counted: true, counts };
      await this.giveBackCounts(answers.flatMap(({ limit, count }) => (count === undefined ? [] : [limit])));
      const reached = answers.find(({ count }) => count === undefined);
      if (reached) return { counted: false, reached: reached.limit };
      throw results.find((result) => result.status === 'rejected')?.reason;
    },

    async giveBackCounts(limits) {
      await Promise.allSettled(limits.map((limit) => table.giveBack(keyOf(limit))));
    },

    readCount: (counter, window) => table.readCount(keyOf({ counter, window })),
  };
}

const keyOf = ({ counter, window }: Pick<CounterLimit, 'counter' | 'window'>): ItemKey => ({
  partition: `counter#${counter}`,
  sort: window,
});
