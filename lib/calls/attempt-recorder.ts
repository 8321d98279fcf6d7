import { randomUUID } from 'node:crypto';
import { CallbackError, type ErrorDetails } from '../problems/callback-error.ts';
import { Deadline } from '../shared/deadline.ts';
import type { CallbackRecord, NewRecord, StoredCallback } from '../store/callback-record.ts';
import type { StoreOpener } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { claim, moveToPbx, type Observation, observe, type Transition } from '../store/transitions.ts';
import { warnOfStore } from '../telemetry/log.ts';
import { VOID_MS } from './callback-id.ts';
import { withinMs } from './within-ms.ts';

/** How long a response waits for the write of an outcome or of a withdrawal. */
const WRITE_WAIT_MS = 1_000;
/**
 * The longest time between a claim and its Originate. Other processes count an attempt without a reply as lost after 30 s,
 * and sending the Originate takes up to 10 s.
 */
const SEND_WITHIN_MS = 15_000;

export interface RecorderOptions {
  store: StoreOpener;
  /** The callback before its first attempt. */
  record: NewRecord;
  agent: string;
  /** Whether the claim must be stored before the Originate is sent. Otherwise the write and the Originate run at the same time. */
  required: boolean;
}

/**
 * Claims the attempt of a callback without a line, and records its outcome. After the Originate, a failed write is only
 * logged, because the phone rings already.
 */
export class AttemptRecorder {
  readonly #options: RecorderOptions;
  readonly #owner = randomUUID();
  /** The record with all changes of this process, also those that are not written yet. */
  #known: CallbackRecord;
  /** The time of the first claim, on two clocks. While a machine is suspended, the clock of `deadline` may stop. */
  #claimed: { at: number; deadline: Deadline } | undefined;
  /** Settles after all writes so far. The writes run one after the other, and a failed write does not reject it. */
  #written: Promise<StoredCallback | undefined> | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#known = { ...options.record, attempts: [], revision: 1 };
  }

  get record(): CallbackRecord {
    return this.#known;
  }

  /**
   * Claims the attempt for a PBX, after the login and directly before the Originate.
   *
   * @throws CallbackError store-unreachable if the claim is required and cannot be stored. Then send nothing.
   */
  async claim(pbx: string): Promise<void> {
    const { required, agent, record } = this.#options;
    this.#claimed ??= { at: Date.now(), deadline: Deadline.in(SEND_WITHIN_MS) };
    const wanted = { owner: this.#owner, pbx, agent, at: Date.now() };
    this.#apply(claim(this.#known, wanted));
    const before = this.#written;
    const write = async (): Promise<StoredCallback> => {
      const store = await this.#options.store();
      const held = await before;
      if (held) return await this.#move(store, held, pbx);
      const result = await store.claimAttempt(record, wanted);
      if (result.claimed) return result.callback;
      throw notRecorded({ hint: `The claim was refused: ${result.why}` });
    };
    const writing = write();
    this.#written = writing.catch((error) => {
      if (!required) warnOfStore(error);
      return undefined;
    });
    if (required) await writing;
  }

  /**
   * Returns until when the Originate may be sent, in Unix milliseconds.
   *
   * @throws CallbackError store-unreachable if this time is over, such as after a freeze of this process.
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
    this.#apply(moveToPbx(this.#known, move));
    const moved = await store.moveAttempt(held, move);
    if (moved) return moved;
    throw notRecorded();
  }

  /** Records what was seen of the call. Does not wait for the write. */
  observe(observation: Omit<Observation, 'at' | 'owner'>): void {
    const seen = { ...observation, at: Date.now(), owner: this.#owner };
    this.#apply(observe(this.#known, seen));
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

  #apply(transition: Transition<string>): void {
    if ('record' in transition) this.#known = transition.record;
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

const notRecorded = (details: ErrorDetails = {}): CallbackError =>
  new CallbackError(
    'store-unreachable',
    'The callback could not be recorded. Send the request again',
    details,
  );
