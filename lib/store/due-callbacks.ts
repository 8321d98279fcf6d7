import { duePartition, latestDueSort, readDueSort } from './callback-items.ts';
import type { ItemTable } from './item-table.ts';

/** A callback of a line that waits for a runner. */
export interface DueCallback {
  id: string;
  dueAt: number;
  priority: number;
  agent: string;
  route: string;
}

export interface DueStore {
  /**
   * Lists what waits in a line and is due, in the order of `dueAt` and priority. May lag behind by a second: a claim tells
   * whether the callback still waits.
   */
  listDue(line: string, dueBy: number, limit: number): Promise<DueCallback[]>;
}

export function dueStore(table: ItemTable): DueStore {
  return {
    async listDue(line, dueBy, limit) {
      // Ordered by due time and priority together: what is due later may stand before, if it is more urgent.
      const range = { partition: duePartition(line), to: latestDueSort(dueBy), limit };
      const entries = await table.queryIndex('due', range);
      return entries
        .map(({ sort, tags }) => ({
          ...readDueSort(sort),
          agent: tags['agent'] ?? '',
          route: tags['route'] ?? '',
        }))
        .filter(({ dueAt }) => dueAt <= dueBy);
    },
  };
}
