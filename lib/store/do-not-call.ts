import { changeItem } from './change-item.ts';
import type { ItemKey, ItemTable } from './item-table.ts';

export interface DoNotCallEntry {
  /** A keyed hash of the number. The store does not contain the number. */
  hash: string;
  /** The id of the secret that made the hash. */
  secretId: string;
  addedAt: number;
  /** Unix time in milliseconds. Without it, the entry stays for ever. */
  until?: number | undefined;
}

export interface DoNotCallStore {
  /** Returns the entry. A repeat does not change `addedAt`. */
  addDoNotCall(entry: DoNotCallEntry): Promise<DoNotCallEntry>;
  /** Returns whether the hash was on the list. */
  removeDoNotCall(hash: string): Promise<boolean>;
  isDoNotCall(hash: string): Promise<boolean>;
  /** Lists entries by hash. `after` is the last hash of the previous page. */
  listDoNotCall(page: { limit: number; after?: string | undefined }): Promise<DoNotCallEntry[]>;
}

const PARTITION = 'do-not-call';

export function doNotCallStore(table: ItemTable): DoNotCallStore {
  return {
    async addDoNotCall(entry) {
      const { result } = await changeItem<DoNotCallEntry, DoNotCallEntry>(
        table,
        keyOf(entry.hash),
        (current) => {
          const data = { ...entry, addedAt: current?.data.addedAt ?? entry.addedAt };
          return { write: { data, expiresAt: entry.until }, result: data };
        },
      );
      return result;
    },

    async removeDoNotCall(hash) {
      const { result } = await changeItem<DoNotCallEntry, boolean>(table, keyOf(hash), (current) =>
        current ? { remove: true, result: true } : { result: false },
      );
      return result;
    },

    async isDoNotCall(hash) {
      return (await table.read(keyOf(hash))) !== undefined;
    },

    async listDoNotCall({ limit, after }) {
      const range = { partition: PARTITION, from: after, limit: limit + 1 };
      const items = await table.queryItems<DoNotCallEntry>(range);
      return items
        .map(({ data }) => data)
        .filter(({ hash }) => hash !== after)
        .slice(0, limit);
    },
  };
}

const keyOf = (hash: string): ItemKey => ({ partition: PARTITION, sort: hash });
