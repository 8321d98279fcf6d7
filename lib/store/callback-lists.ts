import {
  type CallbackItem,
  callbackKey,
  isMarker,
  LIST_PERIOD_MS,
  listPartition,
  listSort,
  type Marker,
  numberPartition,
  timeInListSort,
  toStoredCallback,
} from './callback-items.ts';
import type { StoredCallback } from './callback-record.ts';
import { changeItem, type Decision } from './change-item.ts';
import { forgetOpenNumber } from './idempotency-keys.ts';
import type { IndexEntry, ItemTable, StoredItem, Tags } from './item-table.ts';
import { decodeCursor, encodeCursor } from './list-cursor.ts';
import { DAY_MS, LONGEST_LIFE_MS, type Retention } from './retention.ts';

export interface ListFilters {
  status?: string | undefined;
  route?: string | undefined;
  line?: string | undefined;
  agent?: string | undefined;
  /** The earliest creation time, in Unix milliseconds. */
  from?: number | undefined;
  /** Callbacks of this time or later are left out. */
  until?: number | undefined;
}

interface Page {
  /** The sender of the request. Its cursors are not valid for other senders. */
  principal: string;
  mayUseRoute: (route: string) => boolean;
  /** 1 to 100. */
  limit: number;
  cursor?: string | undefined;
}

export interface RecordPage {
  /** May be fewer than the limit before the last page. */
  callbacks: StoredCallback[];
  /** For the next page. `null` on the last page. */
  cursor: string | null;
}

export interface CallbackLists {
  /**
   * Lists callbacks, the newest first. The list may be a second old.
   *
   * @throws CallbackError request-invalid for a cursor of another list.
   */
  listCallbacks(list: Page & { filters: ListFilters }): Promise<RecordPage>;
  /** Lists the callbacks of a number, like `listCallbacks`. */
  findByNumber(search: Page & { number: string }): Promise<RecordPage>;
  /** Removes all records of a number. Returns how many it removed. */
  eraseNumber(number: string): Promise<number>;
}

/** The most entries that one page reads. With few matches, a page is short instead of slow. */
const MOST_ENTRIES = 1_000;
const MOST_PERIODS = 20;

export function callbackLists(
  table: ItemTable,
  { retentionMs, keepsRetention }: Retention,
  now: () => number,
): CallbackLists {
  /** Reads the records of index entries, in the order of the entries. Leaves out records that no longer match. */
  async function load(
    entries: readonly IndexEntry[],
    fits: (tags: Tags) => boolean,
  ): Promise<StoredCallback[]> {
    const found = await table.readMany<CallbackItem>(entries.map(({ key }) => key));
    const byPartition = new Map(found.map((item) => [item.partition, item]));
    return entries.flatMap(({ key }) => {
      const item = byPartition.get(key.partition);
      return item && fits(item.tags ?? {}) ? (toStoredCallback(item) ?? []) : [];
    });
  }

  return {
    async listCallbacks({ principal, filters, mayUseRoute, limit, cursor }) {
      const bound = ['list', principal, filters];
      const oldest = now() - retentionMs - LONGEST_LIFE_MS;
      const { from: earliest = oldest, until: latest = now() + DAY_MS } = filters;
      // A process that does not know the retention must not limit the list: its callbacks may be older than `oldest`.
      const from = keepsRetention ? earliest : Math.max(earliest, oldest);
      const start = cursor === undefined ? listSort(latest) : decodeCursor(bound, cursor);
      const fits = (tags: Tags): boolean => mayUseRoute(tags['route'] ?? '') && matches(tags, filters);

      const entries: IndexEntry[] = [];
      let position = start;
      let read = 0;
      let time = timeInListSort(start);
      for (let periods = 0; time >= startOfPeriod(from); time = startOfPeriod(time) - 1, periods++) {
        if (periods === MOST_PERIODS) return page(entries, position);
        for (;;) {
          const range = {
            partition: listPartition(time),
            from: listSort(from),
            to: position,
            newestFirst: true,
            limit: Math.min(MOST_ENTRIES, 2 * limit) + 1,
          };
          const found = await table.queryIndex('list', range);
          for (const entry of found) {
            if (entry.sort === position) continue;
            position = entry.sort;
            if (fits(entry.tags)) entries.push(entry);
            if (entries.length === limit) return page(entries, position);
          }
          read += found.length;
          if (found.length < range.limit) break;
          if (read >= MOST_ENTRIES) return page(entries, position);
        }
        position = listSort(startOfPeriod(time));
      }
      return { callbacks: await load(entries, fits), cursor: null };

      async function page(found: readonly IndexEntry[], at: string): Promise<RecordPage> {
        return { callbacks: await load(found, fits), cursor: encodeCursor(bound, at) };
      }
    },

    async findByNumber({ principal, number, mayUseRoute, limit, cursor }) {
      const bound = ['number', principal, number];
      const position = cursor === undefined ? undefined : decodeCursor(bound, cursor);
      const fits = (tags: Tags): boolean => mayUseRoute(tags['route'] ?? '');
      const found = await table.queryIndex('number', {
        partition: numberPartition(number),
        to: position,
        newestFirst: true,
        limit: limit + 1,
      });
      const entries = found.filter(({ sort }) => sort !== position).slice(0, limit);
      const callbacks = await load(entries, fits);
      const last = entries.at(-1);
      const more = found.length > limit && last !== undefined;
      return { callbacks, cursor: more ? encodeCursor(bound, last.sort) : null };
    },

    async eraseNumber(number) {
      let erased = 0;
      for (let to: string | undefined; ; ) {
        const found = await table.queryIndex('number', {
          partition: numberPartition(number),
          to,
          limit: 100,
          newestFirst: true,
        });
        const entries = found.filter(({ sort }) => sort !== to);
        for (const { key } of entries) if (await erase(key.partition)) erased += 1;
        to = entries.at(-1)?.sort;
        if (to === undefined) return erased;
      }
    },
  };

  /** Leaves a marker in place of the record, so that a repeat of its request does not ring a phone again. */
  async function erase(partition: string): Promise<boolean> {
    const key = { ...callbackKey(''), partition };
    const data: Marker = { marker: 'erased' };
    const found = await table.read<CallbackItem>(key);
    const erased = (current: StoredItem<CallbackItem> | undefined): Decision<CallbackItem, boolean> => {
      if (!current || isMarker(current.data)) return { result: false };
      return { write: { data, expiresAt: current.expiresAt }, result: true };
    };
    const { result } = await changeItem(table, key, erased, found ?? null);
    if (found && !isMarker(found.data)) await forgetOpenNumber(table, found.data);
    return result;
  }
}

const startOfPeriod = (time: number): number => Math.floor(time / LIST_PERIOD_MS) * LIST_PERIOD_MS;

function matches(tags: Tags, { status, route, line, agent }: ListFilters): boolean {
  const wanted = { status, route, line, agent };
  return Object.entries(wanted).every(([name, value]) => value === undefined || tags[name] === value);
}
