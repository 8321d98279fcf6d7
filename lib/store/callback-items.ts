import { type CallbackRecord, isFinal, type StoredCallback } from './callback-record.ts';
import type { Item, ItemKey, StoredItem, Tags } from './item-table.ts';

export const DAY_MS = 86_400_000;

/**
 * What stands in place of a record that is gone. `void`: its id was never used and never will be. `erased`: a person's
 * record was removed.
 */
export interface Marker {
  marker: 'void' | 'erased';
}

export type CallbackItem = CallbackRecord | Marker;

export const isMarker = (data: CallbackItem): data is Marker => 'marker' in data;

export const callbackKey = (id: string): ItemKey => ({ partition: `callback#${id}`, sort: 'record' });

/**
 * One index partition a week: ten new callbacks a second are far below what DynamoDB lets one partition write, and a list
 * of a month reads five partitions.
 */
export const LIST_PERIOD_MS = 7 * DAY_MS;

export const listPartition = (time: number): string => `week#${Math.floor(time / LIST_PERIOD_MS)}`;

/** The newest last, and unique. */
export const listSort = (createdAt: number, id = ''): string => `${timeText(createdAt)}#${id}`;

export const timeInListSort = (sort: string): number => Number(sort.split('#')[0]);

export const numberPartition = (number: string): string => `number#${number}`;

export const duePartition = (line: string): string => `line#${line}`;

const PRIORITY_STEP_MS = 600_000;
const LOWEST_PRIORITY = 9;
const DEFAULT_PRIORITY = 5;

/** A callback's place in its line: ten minutes later for each step of priority. */
const dueSort = (dueAt: number, priority: number, id: string): string =>
  `${timeText(dueAt + (priority - 1) * PRIORITY_STEP_MS)}#${priority}#${id}`;

export function readDueSort(sort: string): { id: string; dueAt: number; priority: number } {
  const [place = '', step = '', id = ''] = sort.split('#');
  const priority = Number(step);
  return { id, priority, dueAt: Number(place) - (priority - 1) * PRIORITY_STEP_MS };
}

/** The highest sort text of what is due at a time, whatever its priority. */
export const latestDueSort = (now: number): string =>
  `${timeText(now + (LOWEST_PRIORITY - 1) * PRIORITY_STEP_MS)}#~`;

export function toCallbackItem(
  record: CallbackRecord,
  retentionMs: number,
): Omit<Item<CallbackItem>, keyof ItemKey> {
  const { id } = record.callback;
  const place = listSort(record.createdAt, id);
  return {
    data: record,
    tags: tagsOf(record),
    indexes: {
      list: { partition: listPartition(record.createdAt), sort: place },
      number: { partition: numberPartition(record.number), sort: place },
      ...dueIndex(record),
    },
    expiresAt: lastNeeded(record) + retentionMs,
  };
}

export const toStoredCallback = ({ data, version }: StoredItem<CallbackItem>): StoredCallback | undefined =>
  isMarker(data) ? undefined : { ...data, version };

/** The item that a stored callback was read from, as the base of the next change. */
export const toStoredItem = ({ version, ...record }: StoredCallback): StoredItem<CallbackItem> => ({
  ...callbackKey(record.callback.id),
  data: record,
  version,
});

function tagsOf({ callback: { status, route, agent }, line }: CallbackRecord): Tags {
  return { status, route, agent, ...(line !== undefined && { line }) };
}

/** Only what waits for a runner is due. */
function dueIndex({ callback, line, dueAt, priority = DEFAULT_PRIORITY }: CallbackRecord) {
  const waits = callback.status === 'scheduled' || callback.status === 'queued';
  if (line === undefined || dueAt === undefined || !waits) return {};
  return { due: { partition: duePartition(line), sort: dueSort(dueAt, priority, callback.id) } };
}

const lastNeeded = ({ callback, endedAt, observedAt, dueAt = 0, expiresAt = 0 }: CallbackRecord): number =>
  endedAt !== undefined && isFinal(callback.status) ? endedAt : Math.max(observedAt, dueAt, expiresAt);

const timeText = (time: number): string => String(time).padStart(13, '0');
