import type { IndexEntry, ItemKey, ItemTable } from './item-table.ts';

/** The fields by which the runner chooses the next callback. Times are Unix times in milliseconds. */
export interface DueCallback extends LinePlace {
  /** Empty for a pool: the runner chooses. */
  agent: string;
  route: string;
  /** No attempt starts at or after this time. */
  expiresAt: number;
}

interface LinePlace {
  id: string;
  dueAt: number;
  /** 1 (first) to 9. */
  priority: number;
}

/** `scheduled`: not due yet. `queued`: due. `open`: has an attempt that may live. */
export type LinePart = 'scheduled' | 'queued' | 'open';

/** The lists may be a second old. So a caller reads a callback again before a change. */
export interface DueStore {
  /** Lists the due callbacks of a line in the order in which they start. */
  listQueued(line: string, limit: number): Promise<DueCallback[]>;
  /** Lists the callbacks that become due by a time, the earliest first. */
  listScheduled(line: string, dueBy: number, limit: number): Promise<DueCallback[]>;
  /** Lists the callbacks with an attempt that may live. */
  listOpen(line: string): Promise<DueCallback[]>;
}

/** Higher than the capacity of any line. */
const MOST_OPEN = 10_000;

export function dueStore(table: ItemTable): DueStore {
  async function list(line: string, part: LinePart, limit: number, to?: string): Promise<DueCallback[]> {
    const range = { partition: partitionOf(line, part), to, limit };
    return (await table.queryIndex('due', range)).map(toDueCallback);
  }
  return {
    listQueued: (line, limit) => list(line, 'queued', limit),
    listScheduled: (line, dueBy, limit) => list(line, 'scheduled', limit, `${timeText(dueBy)}#~`),
    listOpen: (line) => list(line, 'open', MOST_OPEN),
  };
}

/** How many milliseconds each step of priority after 1 adds to the due time. */
const STEP_MS = 600_000;

/**
 * Returns the sort key of a waiting callback, in milliseconds. The lowest key starts first. Each step of priority counts as
 * ten minutes of waiting, so an urgent callback overtakes and no callback waits for ever.
 */
export const waitingOrder = ({ dueAt, priority }: Pick<LinePlace, 'dueAt' | 'priority'>): number =>
  dueAt + (priority - 1) * STEP_MS;

/** Returns the entry of a callback in the index `due`. */
export function duePlace(line: string, part: LinePart, place: LinePlace): ItemKey {
  const { id, dueAt, priority } = place;
  const order = part === 'queued' ? waitingOrder(place) : dueAt;
  const sort = [timeText(order), timeText(dueAt), priority, id].join('#');
  return { partition: partitionOf(line, part), sort };
}

function toDueCallback({ sort, tags }: IndexEntry): DueCallback {
  const [, dueAt = '', priority = '', id = ''] = sort.split('#');
  return {
    id,
    dueAt: Number(dueAt),
    priority: Number(priority),
    agent: tags['agent'] ?? '',
    route: tags['route'] ?? '',
    expiresAt: Number(tags['expiresAt'] ?? Number.MAX_SAFE_INTEGER),
  };
}

const partitionOf = (line: string, part: LinePart): string => `line#${line}#${part}`;

/** Returns a time as a text that sorts like the number. */
export const timeText = (time: number): string => String(time).padStart(13, '0');
