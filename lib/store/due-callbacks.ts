import {
  type LinePart,
  type LinePlace,
  latestLineSort,
  linePartition,
  readLineSort,
} from './callback-items.ts';
import type { IndexEntry, ItemTable } from './item-table.ts';

/** The fields of a callback by which the runner chooses the next one. Times are Unix times in milliseconds. */
export interface DueCallback extends LinePlace {
  /** Empty for a pool: the runner chooses. */
  agent: string;
  route: string;
  expiresAt: number;
}

export interface DueStore {
  /**
   * Lists the due callbacks of a line, by due time and priority. This and the other lists may be a second old. The next write shows
   * whether the callback is still there.
   */
  listQueued(line: string, limit: number): Promise<DueCallback[]>;
  /** Lists the callbacks that become due by a time, the earliest first. */
  listScheduled(line: string, dueBy: number, limit: number): Promise<DueCallback[]>;
  /** Lists the callbacks with an attempt that may live. */
  listOpen(line: string): Promise<DueCallback[]>;
}

/** More than a line has call slots. */
const MOST_OPEN = 10_000;

export function dueStore(table: ItemTable): DueStore {
  async function list(line: string, part: LinePart, limit: number, to?: string): Promise<DueCallback[]> {
    const range = { partition: linePartition(line, part), to, limit };
    return (await table.queryIndex('due', range)).map(toDueCallback);
  }
  return {
    listQueued: (line, limit) => list(line, 'queued', limit),
    listScheduled: (line, dueBy, limit) => list(line, 'scheduled', limit, latestLineSort(dueBy)),
    listOpen: (line) => list(line, 'open', MOST_OPEN),
  };
}

const toDueCallback = ({ sort, tags }: IndexEntry): DueCallback => ({
  ...readLineSort(sort),
  agent: tags['agent'] ?? '',
  route: tags['route'] ?? '',
  expiresAt: Number(tags['expiresAt'] ?? Number.MAX_SAFE_INTEGER),
});
