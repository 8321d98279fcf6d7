import { createHash } from 'node:crypto';
import type { CallbackRecord } from './callback-record.ts';
import { changeItem } from './change-item.ts';
import { type ItemKey, type ItemTable, type StoredItem, storeUnreachable } from './item-table.ts';
import { LONGEST_LIFE_MS } from './retention.ts';

/** The stored fields of an idempotency key. */
interface KeyData {
  /** The id of the callback that the request places. */
  id: string;
  /** A digest of the request. Another request with the same key has another one. */
  fingerprint: string;
  /** Random. Identifies the process that took the key. */
  owner: string;
  takenAt: number;
  /** If there is no record by then, the process that took the key has died, and another may take it over. */
  leaseUntil: number;
  /** Until then the key belongs to this request, even if the call is over. 0: only while the call is not over. */
  windowUntil: number;
  /** The request got a callback that was open already. */
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
  /** Whether the request has the key now. If not, `key` belongs to another request. */
  taken: boolean;
  key: HeldKey;
}

export interface IdempotencyKeyStore {
  /** Takes a free key. After a lost reply, reads which request has the key. */
  takeIdempotencyKey(request: KeyRequest): Promise<TakenKey>;
  readIdempotencyKey(name: string): Promise<HeldKey | undefined>;
  /**
   * Takes over a key, if nobody has changed it since it was read. The caller makes sure that the callback of the key cannot ring any
   * more: it is over, or its id was voided.
   */
  takeOverIdempotencyKey(held: HeldKey, request: KeyRequest): Promise<TakenKey>;
  /** Binds an unchanged key to another callback, which its request repeats. */
  bindIdempotencyKey(key: HeldKey, to: { id: string; alreadyOpen?: boolean }): Promise<void>;
  /** Frees an unchanged key, whose request was refused without ringing a phone. */
  releaseIdempotencyKey(key: HeldKey): Promise<void>;
}

/**
 * How long a key without a record belongs to the process that took it. After a crash, no key stays taken for longer than 30
 * seconds, even if clocks differ by some seconds.
 */
export const KEY_LEASE_MS = 20_000;

/** Returns the stored name of a key. It is a digest, because keys of callers may contain personal data. */
export const idempotencyKeyName = (principal: string, key: string): string =>
  createHash('sha256')
    .update(JSON.stringify([principal, key]))
    .digest('base64url');

/** The key of the one open callback that a number may have on a line. */
export const openNumberKeyName = (line: string, number: string): string =>
  idempotencyKeyName(`lines/${line}`, number);

/** Removes the key of an erased callback. It is a digest of the number. Trying all phone numbers would find the number. */
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
    // 0 and not `takenAt`: for a process whose clock is behind, `takenAt` would be a window of some seconds.
    const windowUntil = windowMs === 0 ? 0 : takenAt + windowMs;
    return { id, fingerprint, owner, takenAt, leaseUntil, windowUntil };
  };

  /** Writes the key unless somebody changed it since `from` was read; undefined if it was freed meanwhile. */
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
