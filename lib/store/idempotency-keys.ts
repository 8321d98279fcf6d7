import { createHash } from 'node:crypto';
import type { CallbackRecord } from './callback-record.ts';
import { changeItem } from './change-item.ts';
import { type ItemKey, type ItemTable, type StoredItem, storeUnreachable } from './item-table.ts';
import { LONGEST_LIFE_MS } from './retention.ts';

/** The stored fields of an idempotency key. */
interface KeyData {
  /** The id of the callback that the request places. */
  id: string;
  /** A digest of the request. It shows whether another request uses this key. */
  fingerprint: string;
  /** Random. Names the process that took the key. */
  owner: string;
  takenAt: number;
  /** If there is no record at this time, the process that took the key has died. Another process may take over the key. */
  leaseUntil: number;
  /** Until this time the key belongs to this request. With 0, only until the call is over. */
  windowUntil: number;
  /** The response named an open callback of an earlier request. */
  alreadyOpen?: boolean;
}

export interface HeldKey extends KeyData {
  readonly name: string;
  readonly version: string;
}

export interface KeyRequest {
  /** From `idempotencyKeyName`. */
  name: string;
  id: string;
  fingerprint: string;
  owner: string;
  windowMs: number;
}

export interface TakenKey {
  /** Whether this request has the key. Otherwise `key` belongs to another request. */
  taken: boolean;
  key: HeldKey;
}

export interface IdempotencyKeyStore {
  /** Takes a free key. After a lost reply, reads which request has it. */
  takeIdempotencyKey(request: KeyRequest): Promise<TakenKey>;
  readIdempotencyKey(name: string): Promise<HeldKey | undefined>;
  /**
   * Takes over a key if it has not changed since it was read. The caller must make sure that the callback of the key rings no
   * phone any more, because it is over or its id was voided.
   */
  takeOverIdempotencyKey(held: HeldKey, request: KeyRequest): Promise<TakenKey>;
  /** Binds an unchanged key to the callback that its request repeats. */
  bindIdempotencyKey(key: HeldKey, to: { id: string; alreadyOpen?: boolean }): Promise<void>;
  /** Frees an unchanged key after its request was refused and rang no phone. */
  releaseIdempotencyKey(key: HeldKey): Promise<void>;
}

/**
 * How long a key without a record belongs to the process that took it. With 20 s, the key of a crashed process is free within
 * 30 s, even if clocks differ by some seconds.
 */
export const KEY_LEASE_MS = 20_000;

/** Returns the stored name of a key. The name is a digest, because a caller's key may contain personal data. */
export const idempotencyKeyName = (principal: string, key: string): string =>
  createHash('sha256')
    .update(JSON.stringify([principal, key]))
    .digest('base64url');

/** Returns the key for the open callback of a number on a line. A number has at most one open callback on a line. */
export const openNumberKeyName = (line: string, number: string): string =>
  idempotencyKeyName(`lines/${line}`, number);

/**
 * Removes the key of an erased callback. The name of the key is a digest of the line and the number, so a person who tries
 * all numbers could find the number.
 */
export async function forgetOpenNumber(
  table: ItemTable,
  { line, number, callback: { id } }: CallbackRecord,
): Promise<void> {
  if (line === undefined) return;
  await changeItem<KeyData, void>(table, keyOf(openNumberKeyName(line, number)), (current) => ({
    result: undefined,
    ...(current?.data.id === id && { remove: true as const }),
  }));
}

export function idempotencyKeyStore(table: ItemTable, now: () => number): IdempotencyKeyStore {
  const dataOf = ({ id, fingerprint, owner, windowMs }: KeyRequest): KeyData => {
    const takenAt = now();
    const leaseUntil = takenAt + KEY_LEASE_MS;
    // Without a window, the time is 0 and not `takenAt`. Otherwise a slow clock would see a window of some seconds.
    const windowUntil = windowMs === 0 ? 0 : takenAt + windowMs;
    return { id, fingerprint, owner, takenAt, leaseUntil, windowUntil };
  };

  /** Writes the key if it has not changed since `from` was read. Returns undefined if another process has freed the key. */
  async function take(request: KeyRequest, from: HeldKey | undefined): Promise<TakenKey | undefined> {
    const data = dataOf(request);
    const { item } = await changeItem<KeyData, void>(
      table,
      keyOf(request.name),
      (current) => ({
        ...(current?.version === from?.version && {
          write: { data, expiresAt: expiryOf(data) },
        }),
        result: undefined,
      }),
      from ? toStoredItem(from) : null,
    );
    return item && { taken: item.data.owner === request.owner, key: toHeldKey(request.name, item) };
  }

  async function takeFree(request: KeyRequest): Promise<TakenKey> {
    const taken = await take(request, undefined);
    if (!taken) throw storeUnreachable(new Error('The key was neither free nor held'));
    return taken;
  }

  return {
    takeIdempotencyKey: takeFree,

    takeOverIdempotencyKey: async (held, request) => (await take(request, held)) ?? (await takeFree(request)),

    async readIdempotencyKey(name) {
      const item = await table.read<KeyData>(keyOf(name));
      return item && toHeldKey(name, item);
    },

    async bindIdempotencyKey({ name, version, ...data }, to) {
      await table.write({ ...keyOf(name), data: { ...data, ...to }, expiresAt: expiryOf(data) }, version);
    },

    async releaseIdempotencyKey(key) {
      await table.remove(keyOf(key.name), key.version);
    },
  };
}

const expiryOf = ({ takenAt, windowUntil }: KeyData): number =>
  Math.max(takenAt, windowUntil) + LONGEST_LIFE_MS;

const keyOf = (name: string): ItemKey => ({ partition: `key#${name}`, sort: 'key' });

const toHeldKey = (name: string, { data, version }: StoredItem<KeyData>): HeldKey => ({
  ...data,
  name,
  version,
});

const toStoredItem = ({ name, version, ...data }: HeldKey): StoredItem<KeyData> => ({
  ...keyOf(name),
  data,
  version,
});
