import { randomUUID } from 'node:crypto';
import type { HeldKey, KeyRequest } from '../../store/idempotency-keys.ts';
import type { StoreOpener } from '../../store/open-store.ts';
import { warnOfStore } from '../../telemetry/log.ts';
import { withinMs } from '../within-ms.ts';
import type { NamedKey } from './request-keys.ts';

/** How long a refused request waits until its keys are freed. The next request can take over a key after its lease. */
const RELEASE_WAIT_MS = 1_000;

/** Thrown when another request holds a key that this request needs. */
export class KeyHeld extends Error {
  override readonly name = 'KeyHeld';
  readonly held: HeldKey;

  constructor(held: HeldKey) {
    super('Another request has this key');
    this.held = held;
  }
}

export interface KeyHoldOptions {
  store: StoreOpener;
  keys: readonly NamedKey[];
  /** The id of the callback that this request places if it gets all keys. */
  id: string;
  fingerprint: string;
}

/** The keys of one request. The first call of `taken` takes them. */
export class KeyHold {
  readonly #options: KeyHoldOptions;
  readonly #owner = randomUUID();
  readonly #taken: HeldKey[] = [];
  #from: HeldKey | undefined;
  #taking: Promise<void> | undefined;

  constructor(options: KeyHoldOptions) {
    this.#options = options;
  }

  get id(): string {
    return this.#options.id;
  }

  get wasTried(): boolean {
    return this.#taking !== undefined;
  }

  /** Takes the keys. @throws KeyHeld; CallbackError store-unreachable. */
  taken(): Promise<void> {
    this.#taking ??= this.#take();
    return this.#taking;
  }

  /** Lets `taken` try again, and take over the key `from`. */
  tryAgain(from: HeldKey | undefined): void {
    this.#from = from;
    this.#taking = undefined;
  }

  async #take(): Promise<void> {
    const { keys, id, fingerprint } = this.#options;
    const store = await this.#options.store();
    for (const { name, windowMs } of keys.slice(this.#taken.length)) {
      const request: KeyRequest = { name, id, fingerprint, owner: this.#owner, windowMs };
      const { taken, key } =
        this.#from?.name === name
          ? await store.takeOverIdempotencyKey(this.#from, request)
          : await store.takeIdempotencyKey(request);
      if (!taken) throw new KeyHeld(key);
      this.#taken.push(key);
    }
  }

  /** Returns the first key, if another request holds it. */
  async heldByAnother(): Promise<HeldKey | undefined> {
    const store = await this.#options.store();
    const [first] = this.#options.keys;
    return first && (await store.readIdempotencyKey(first.name));
  }

  /** Binds the taken keys to the callback of the request that this request repeats. */
  async bindTo(id: string, how: { alreadyOpen?: boolean } = {}): Promise<void> {
    if (this.#taken.length === 0) return;
    const store = await this.#options.store();
    for (const key of this.#taken) await store.bindIdempotencyKey(key, { id, ...how });
  }

  /** Frees the taken keys of a request that sends nothing. Waits 1 s at most, and never throws. */
  async release(): Promise<void> {
    await withinMs(RELEASE_WAIT_MS, this.#release().catch(warnOfStore));
  }

  async #release(): Promise<void> {
    await this.#taking?.catch(() => undefined);
    if (this.#taken.length === 0) return;
    const store = await this.#options.store();
    await Promise.all(this.#taken.map((key) => store.releaseIdempotencyKey(key)));
  }
}
