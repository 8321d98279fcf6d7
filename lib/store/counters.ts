import type { ItemKey, ItemTable } from './item-table.ts';

/** One limit of one calendar window, such as ten calls of the key `web` in this minute. */
export interface CounterLimit {
  /** Whose: `top`, `key#web`, `route#sales`, `number#<hash>`. */
  counter: string;
  /** Which window: `minute#2026-11-28T10:05`. */
  window: string;
  max: number;
  /** When the window is over and the counter may go, in Unix milliseconds. */
  expiresAt: number;
}

export type Counted = { counted: true } | { counted: false; reached: CounterLimit; count: number };

export interface CounterStore {
  /**
   * Counts one in every window, or in none: at the first limit that is reached it gives back what it has counted.
   * Never counts beyond a limit. A crash or a lost reply may leave one counted too many.
   */
  countWithin(limits: readonly CounterLimit[]): Promise<Counted>;
  /** Gives back what was counted for a request that sent nothing. Best effort: errors are dropped. */
  giveBackCounts(limits: readonly CounterLimit[]): Promise<void>;
  readCount(counter: string, window: string): Promise<number>;
}

const NAME = 'n';

export function counterStore(table: ItemTable): CounterStore {
  return {
    async countWithin(limits) {
      const counted: CounterLimit[] = [];
      try {
        for (const limit of limits) {
          const { added, counts } = await table.add(
            keyOf(limit),
            [{ name: NAME, by: 1, max: limit.max }],
            limit.expiresAt,
          );
          if (!added) {
            await this.giveBackCounts(counted);
            return { counted: false, reached: limit, count: counts[NAME] ?? 0 };
          }
          counted.push(limit);
        }
        return { counted: true };
      } catch (error) {
        await this.giveBackCounts(counted);
        throw error;
      }
    },

    async giveBackCounts(limits) {
      await Promise.allSettled(limits.map((limit) => table.giveBack(keyOf(limit), [{ name: NAME, by: 1 }])));
    },

    async readCount(counter, window) {
      return (await table.readCounts(keyOf({ counter, window })))[NAME] ?? 0;
    },
  };
}

const keyOf = ({ counter, window }: Pick<CounterLimit, 'counter' | 'window'>): ItemKey => ({
  partition: `counter#${counter}`,
  sort: window,
});
