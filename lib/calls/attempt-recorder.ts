import { randomUUID } from 'node:crypto';
import { CallbackError } from '../problems/callback-error.ts';
import { Deadline } from '../shared/deadline.ts';
import type { CallbackRecord, NewRecord, StoredCallback } from '../store/callback-record.ts';
import type { StoreOpener } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { claim, moveToPbx, type Observation, observe } from '../store/transitions.ts';
import { warnOfStore } from '../telemetry/log.ts';
import { VOID_MS } from './callback-id.ts';
import { withinMs } from './within-ms.ts';

/** How long a response waits for a write that is not needed to prevent a second call. */
const WRITE_WAIT_MS = 1_000;
/**
 * The longest time between a claim and its Originate. Other processes count an attempt without a reply as lost after 30
 * s, and sending the Originate takes up to 10 s.
 */
const SEND_WITHIN_MS = 15_000;

export interface RecorderOptions {
  store: StoreOpener;
  /** The callback before its first attempt. */
  record: NewRecord;
  agent: string;
  /** Whether the claim must be recorded before the Originate is sent. Otherwise both happen at the same time. */
  required: boolean;
}

/**
 * Claims the attempt of a direct callback before its Originate, and records its outcome. Writes after the Originate may fail:
 * the phone rings in any case.
 */
export class AttemptRecorder {
  readonly #options: RecorderOptions;
  readonly #owner = randomUUID();
  /** The record as this process knows it. It does not wait for the store. */
  #known: CallbackRecord;
  /** When it claimed the attempt first, on both clocks: while a machine is suspended, only one of them advances. */
  #claimed: { at: number; deadline: Deadline } | undefined;
  /** Settles when all writes so far are done. They run one after the other. */
  #written: Promise<StoredCallback | undefined> | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#known = { ...options.record, attempts: [], revision: 1 };
  }

  get record(): CallbackRecord {
    return this.#known;
  }

  /**
   * Records that this process sends the Originate to a PBX, after the login and directly before it is sent.
   *
   * @throws CallbackError store-unreachable if the claim is required; then nothing may be sent.
   */
  async claim(pbx: string): Promise<void> {
    const { required, agent, record } = this.#options;
    this.#claimed ??= { at: Date.now(), deadline: Deadline.in(SEND_WITHIN_MS) };
    const wanted = { owner: this.#owner, pbx, agent, at: Date.now() };
    const claimed = claim(this.#known, wanted);
    if ('record' in claimed) this.#known = claimed.record;
    const before = this.#written;
    const write = async (): Promise<StoredCallback> => {
      const store = await this.#options.store();
      const held = await before;
      if (held) return await this.#move(store, held, pbx);
      const result = await store.claimAttempt(record, wanted);
      if (result.claimed) return result.callback;
      throw new CallbackError(
        'store-unreachable',
        'The callback could not be recorded. Send the request again',
        {
          hint: `The claim was refused: ${result.why}`,
        },
      );
    };
    const writing = write();
    this.#written = writing.catch((error) => {
      if (!required) warnOfStore(error);
      return undefined;
    });
    if (required) await writing;
  }

  /**
   * Returns by when the Originate must have left, in Unix milliseconds.
   *
   * @throws CallbackError store-unreachable if the claim is too old for an Originate: this process was frozen meanwhile.
   */
  sendBy(): number {
    const { at, deadline } = this.#claimed ?? {};
    const until = (at ?? Number.NEGATIVE_INFINITY) + SEND_WITHIN_MS;
    if (Date.now() < until && deadline?.hasPassed === false) return until;
    throw new CallbackError(
      'store-unreachable',
      'Recording the callback took too long. Send the request again',
    );
  }

  async #move(store: Store, held: StoredCallback, pbx: string): Promise<StoredCallback> {
    const move = { owner: this.#owner, pbx, at: Date.now() };
    const known = moveToPbx(this.#known, move);
    if ('record' in known) this.#known = known.record;
    const moved = await store.moveAttempt(held, move);
    if (moved) return moved;
    throw new CallbackError(
      'store-unreachable',
      'The callback could not be recorded. Send the request again',
    );
  }

  /** Records what was seen of the call. Does not wait for the write. */
  observe(observation: Omit<Observation, 'at' | 'owner'>): void {
    const seen = { ...observation, at: Date.now(), owner: this.#owner };
    const observed = observe(this.#known, seen);
    if ('record' in observed) this.#known = observed.record;
    this.#then(async (store, record) => await store.recordOutcome(record, seen));
  }

  /** Removes the record of an attempt whose Originate was not sent. */
  async withdraw(): Promise<void> {
    if (!this.#written) return;
    const withdrawn = this.#written.then(async (held) => {
      const store = await this.#options.store();
      const { id } = this.#known.callback;
      // A claim that the store did not answer may still be written.
      if (!held) await store.voidCallback(id, Date.now() + VOID_MS);
      await store.withdrawCallback(id, this.#owner);
    });
    await withinMs(WRITE_WAIT_MS, withdrawn.catch(warnOfStore));
  }

  /** Waits for the writes so far, at most 1 s. */
  async settled(): Promise<void> {
    await withinMs(WRITE_WAIT_MS, this.#written);
  }

  #then(write: (store: Store, record: StoredCallback) => Promise<StoredCallback | undefined>): void {
    this.#written = this.#written?.then(async (record) => {
      if (!record) return undefined;
      try {
        return (await write(await this.#options.store(), record)) ?? record;
      } catch (error) {
        warnOfStore(error);
        return record;
      }
    });
  }
}
