import {
  type CallbackItem,
  callbackKey,
  isMarker,
  type Marker,
  toCallbackItem,
  toStoredCallback,
  toStoredItem,
} from './callback-items.ts';
import type { CallbackRecord, NewRecord, StoredCallback } from './callback-record.ts';
import { changeItem } from './change-item.ts';
import type { ItemTable, StoredItem } from './item-table.ts';
import { type Retention, removableAt } from './retention.ts';
import {
  type Claim,
  type ClaimRefusal,
  cancel,
  claim,
  moveToPbx,
  type Observation,
  observe,
  type Transition,
} from './transitions.ts';

export type Claimed =
  | { claimed: true; callback: StoredCallback }
  | { claimed: false; why: ClaimRefusal | 'void' | 'unknown-callback'; callback: StoredCallback | undefined };

export interface CallbackStore {
  /** Writes the record of a new callback. Returns undefined if the id is taken. */
  saveCallback(record: NewRecord): Promise<StoredCallback | undefined>;
  /** Reads a record consistently. */
  readCallback(id: string): Promise<StoredCallback | undefined>;
  /**
   * Claims the next attempt. Only the owner of the claim may send the Originate. Saves and claims a `NewRecord` in one write.
   * After a lost reply, reads which process has the claim.
   */
  claimAttempt(callback: NewRecord | StoredCallback, claim: Claim): Promise<Claimed>;
  /** Changes the PBX of a claimed attempt whose Originate was not executed. Returns undefined if the change is refused. */
  moveAttempt(
    callback: StoredCallback,
    move: Pick<Claim, 'owner' | 'pbx' | 'at'>,
  ): Promise<StoredCallback | undefined>;
  /** Records a seen status of a call. Ignores a status that is older than the recorded status. Returns the record. */
  recordOutcome(callback: StoredCallback, observation: Observation): Promise<StoredCallback | undefined>;
  /** Cancels a callback without an open attempt. The owner of an open attempt reads the cancel request and hangs up. */
  cancelCallback(callback: StoredCallback, at: number): Promise<StoredCallback | undefined>;
  /** Makes any other change. If `change` returns undefined, the record does not change. */
  changeCallback(
    callback: StoredCallback,
    change: (record: CallbackRecord) => CallbackRecord | undefined,
  ): Promise<StoredCallback | undefined>;
  /** Makes an id unusable, so that no process can claim it later. If a record exists, changes nothing and returns it. */
  voidCallback(id: string, keepUntil: number): Promise<StoredCallback | undefined>;
  /** Removes a record if the owner has its last attempt. The owner has not sent the Originate and will not send it. */
  withdrawCallback(id: string, owner: string): Promise<void>;
  /** Returns whether `eraseNumber` removed the record of this id. */
  wasErased(id: string): Promise<boolean>;
}

export function callbackStore(table: ItemTable, { retentionMs, keepsRetention }: Retention): CallbackStore {
  const item = (record: CallbackRecord, before?: StoredItem<CallbackItem>) => {
    const kept = keepsRetention ? retentionOf(before) : undefined;
    return toCallbackItem(record, kept ?? retentionMs);
  };

  /** Applies a transition to the record. If another process has changed the record, applies it to the new record. */
  async function apply<Refusal>(
    start: NewRecord | StoredCallback,
    transition: (record: CallbackRecord) => Transition<Refusal>,
  ): Promise<{ refused?: Refusal | 'void' | 'unknown-callback'; callback: StoredCallback | undefined }> {
    const draft = 'version' in start ? undefined : newRecord(start);
    const known = 'version' in start ? toStoredItem(start) : null;
    const { result, item: after } = await changeItem<
      CallbackItem,
      Refusal | 'void' | 'unknown-callback' | undefined
    >(
      table,
      callbackKey(start.callback.id),
      (current) => {
        const found = current?.data;
        if (found && isMarker(found)) return { result: 'void' };
        const record = found ?? draft;
        if (!record) return { result: 'unknown-callback' };
        const next = transition(record);
        if ('refused' in next) return { result: next.refused };
        return next.record === found
          ? { result: undefined }
          : { write: item(next.record, current), result: undefined };
      },
      // A record does not have the expiry of its item. So changeItem must read the item.
      keepsRetention && known ? undefined : known,
    );
    const callback = after && toStoredCallback(after);
    return result === undefined ? { callback } : { refused: result, callback };
  }

  return {
    async saveCallback(record) {
      const written = await table.write<CallbackItem>(
        { ...callbackKey(record.callback.id), ...item(newRecord(record)) },
        undefined,
      );
      return written.written ? toStoredCallback(written.item) : undefined;
    },

    async readCallback(id) {
      const found = await table.read<CallbackItem>(callbackKey(id));
      return found && toStoredCallback(found);
    },

    async claimAttempt(start, wanted) {
      const { refused, callback } = await apply(start, (record) => claim(record, wanted));
      if (refused === undefined && callback) return { claimed: true, callback };
      return { claimed: false, why: refused ?? 'unknown-callback', callback };
    },

    async moveAttempt(callback, move) {
      const moved = await apply(callback, (record) => moveToPbx(record, move));
      return moved.refused === undefined ? moved.callback : undefined;
    },

    async recordOutcome(callback, observation) {
      return (await apply(callback, (record) => observe(record, observation))).callback;
    },

    async cancelCallback(callback, at) {
      return (await apply(callback, (record) => cancel(record, at))).callback;
    },

    async changeCallback(callback, change) {
      const transition = (record: CallbackRecord): Transition<'unchanged'> => {
        const next = change(record);
        return next ? { record: { ...next, revision: record.revision + 1 } } : { refused: 'unchanged' };
      };
      return (await apply(callback, transition)).callback;
    },

    async voidCallback(id, keepUntil) {
      const data: Marker = { marker: 'void' };
      const item = { ...callbackKey(id), data, expiresAt: keepUntil };
      const written = await table.write<CallbackItem>(item, undefined);
      return written.written ? undefined : written.current && toStoredCallback(written.current);
    },

    async withdrawCallback(id, owner) {
      await changeItem<CallbackItem, void>(table, callbackKey(id), (current) => {
        const record = current?.data;
        const isOurs = record && !isMarker(record) && record.attempts.at(-1)?.owner === owner;
        return { result: undefined, ...(isOurs && { remove: true as const }) };
      });
    },

    async wasErased(id) {
      const found = await table.read<CallbackItem>(callbackKey(id));
      return found !== undefined && isMarker(found.data) && found.data.marker === 'erased';
    },
  };
}

/** Returns the retention with which an item was written, in milliseconds. */
const retentionOf = (item: StoredItem<CallbackItem> | undefined): number | undefined =>
  item?.expiresAt === undefined || isMarker(item.data)
    ? undefined
    : item.expiresAt - removableAt(item.data, 0);

const newRecord = (record: NewRecord): CallbackRecord => ({ ...record, attempts: [], revision: 1 });
