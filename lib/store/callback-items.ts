import { DEFAULT_PRIORITY } from '../calls/callback-request.ts';
import { type CallbackRecord, openAttempt, type StoredCallback } from './callback-record.ts';
import { duePlace, type LinePart, timeText } from './due-callbacks.ts';
import type { Item, ItemKey, StoredItem, Tags } from './item-table.ts';
import { DAY_MS, removableAt } from './retention.ts';

/** Replaces a record. `void`: no process can use this id any more. `erased`: a person requested the removal. */
export interface Marker {
  marker: 'void' | 'erased';
}

export type CallbackItem = CallbackRecord | Marker;

export const isMarker = (data: CallbackItem): data is Marker => 'marker' in data;

export const callbackKey = (id: string): ItemKey => ({ partition: `callback#${id}`, sort: 'record' });

/**
 * A partition of the index `list` has the callbacks of a week. A partition accepts 1,000 writes a second, and ten new
 * callbacks a second need about 40. A list of a month reads five partitions.
 */
export const LIST_PERIOD_MS = 7 * DAY_MS;

export const listPartition = (time: number): string => `week#${Math.floor(time / LIST_PERIOD_MS)}`;

/** Returns a unique sort key. The newest callback has the highest key. */
export const listSort = (createdAt: number, id = ''): string => `${timeText(createdAt)}#${id}`;

export const timeInListSort = (sort: string): number => Number(sort.split('#')[0]);

export const numberPartition = (number: string): string => `number#${number}`;

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
    expiresAt: removableAt(record, retentionMs),
  };
}

export const toStoredCallback = ({ data, version }: StoredItem<CallbackItem>): StoredCallback | undefined =>
  isMarker(data) ? undefined : { ...data, version };

/** Returns the item of a stored callback, for the next change. */
export const toStoredItem = ({ version, ...record }: StoredCallback): StoredItem<CallbackItem> => ({
  ...callbackKey(record.callback.id),
  data: record,
  version,
});

function tagsOf({ callback: { status, route, agent }, line, expiresAt }: CallbackRecord): Tags {
  return {
    status,
    route,
    agent,
    ...(line !== undefined && { line }),
    ...(expiresAt !== undefined && { expiresAt: String(expiresAt) }),
  };
}

/** Returns the entry by which the runner of a line finds the callback. No entry after its end or without a line. */
function dueIndex(record: CallbackRecord) {
  const { callback, line, dueAt, endedAt, priority = DEFAULT_PRIORITY } = record;
  if (line === undefined || dueAt === undefined || endedAt !== undefined) return {};
  return { due: duePlace(line, linePartOf(record), { id: callback.id, dueAt, priority }) };
}

function linePartOf(record: CallbackRecord): LinePart {
  if (openAttempt(record)) return 'open';
  return record.callback.status === 'scheduled' ? 'scheduled' : 'queued';
}
