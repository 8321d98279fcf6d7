import { changeItem } from './change-item.ts';
import type { ItemKey, ItemTable } from './item-table.ts';

export interface Lease {
  owner: string;
  /** Grows with every new owner, so that others recognise the work of an earlier owner. */
  epoch: number;
  /** Unix time in milliseconds, by the owner's clock. */
  until: number;
  /** When the owner will hand over to another process. */
  handsOverAt?: number | undefined;
}

export interface LeaseStore {
  /** Takes a free lease, or renews the owner's lease. `lease` may belong to another owner. */
  takeLease(
    name: string,
    owner: string,
    ms: number,
    handsOverAt?: number,
  ): Promise<{ taken: boolean; lease: Lease }>;
  readLease(name: string): Promise<Lease | undefined>;
  /** Ends the lease at once if the owner has it. */
  releaseLease(name: string, owner: string): Promise<void>;
}

/** How much the clocks of two processes may differ. Another process takes a lease this long after its end. */
export const CLOCK_SKEW_MS = 2_000;

export function leaseStore(table: ItemTable, now: () => number): LeaseStore {
  return {
    async takeLease(name, owner, ms, handsOverAt) {
      const { item, result } = await changeItem<Lease, Lease>(table, keyOf(name), (current) => {
        const held = current?.data;
        const time = now();
        const isOurs = held?.owner === owner;
        const isFree = !held || held.owner === FREE || held.until + CLOCK_SKEW_MS <= time;
        if (held && !isOurs && !isFree) return { result: held };
        const goesOn = isOurs && held.until > time;
        const epoch = goesOn ? held.epoch : (held?.epoch ?? 0) + 1;
        const lease: Lease = { owner, epoch, until: time + ms, handsOverAt };
        return { write: { data: lease }, result: lease };
      });
      const lease = item?.data ?? result;
      return { taken: lease.owner === owner, lease };
    },

    async readLease(name) {
      const lease = (await table.read<Lease>(keyOf(name)))?.data;
      return lease?.owner === FREE ? undefined : lease;
    },

    async releaseLease(name, owner) {
      await changeItem<Lease, void>(table, keyOf(name), (current) => {
        if (current?.data.owner !== owner) return { result: undefined };
        const { epoch } = current.data;
        return { write: { data: { owner: FREE, epoch, until: 0 } }, result: undefined };
      });
    },
  };
}

/** The name of the lease of a line's runner. */
export const lineLease = (line: string): string => `line/${line}`;

/** The owner of a free lease. The item of a free lease stays, so that the epoch continues to grow. */
const FREE = '';

const keyOf = (name: string): ItemKey => ({ partition: `lease#${name}`, sort: 'lease' });
