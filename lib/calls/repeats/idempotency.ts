import { createHash, randomUUID } from 'node:crypto';
import { type HeldKey, idempotencyKeyName, type KeyRequest } from '../../store/idempotency-keys.ts';
import type { StoreOpener } from '../../store/open-store.ts';

/**
 * The owner of idempotency keys: a bearer key, the links of a key, a webhook, the source of EventBridge events, an SQS queue,
 * invocations of the function, or a line (it owns the keys of its open numbers). Two owners never share a key.
 */
export type Principal = `${'keys' | 'links' | 'webhooks' | 'events' | 'sqs' | 'invoke' | 'lines'}/${string}`;

/** The key by which repeats of a request are recognised. */
export interface Idempotency {
  /** The sender of the key. The same key of two senders is two keys. */
  principal: Principal;
  key: string;
  /** How long the key belongs to this request, even if its callback is over sooner. @default 24 hours */
  seconds?: number | undefined;
  /**
   * For a sender that uses one key for several events, such as all clicks on one lead: names the event. All deliveries of an event
   * have the same text. Another event with the key is a repeat only until the callback of the key is over.
   */
  delivery?: string | undefined;
}

export const isIdempotencyKey = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);
export const IDEMPOTENCY_KEY_RULE = 'must be 1 to 255 visible ASCII characters, without blanks';

const KEPT_SECONDS = 24 * 3600;
/** How long an equal request without a key of its sender is a repeat. Browsers and people send again within seconds. */
export const SAME_REQUEST_SECONDS = 15;

export interface NamedKey {
  name: string;
  windowMs: number;
}

/** Returns the keys that a request must have. It takes all of them, in this order. */
export function keysOf({ principal, key, seconds = KEPT_SECONDS, delivery }: Idempotency): NamedKey[] {
  if (delivery === undefined) return [{ name: idempotencyKeyName(principal, key), windowMs: seconds * 1000 }];
  return [
    {
      name: idempotencyKeyName(`${principal} delivery`, JSON.stringify([key, delivery])),
      windowMs: seconds * 1000,
    },
    { name: idempotencyKeyName(principal, key), windowMs: 0 },
  ];
}

/** Returns a digest that is equal for equal requests. The order of fields does not matter. */
export function fingerprintOf(request: unknown): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(request, sorted)).digest('base64url');
}

/** Thrown when another request holds a key of this one. */
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

/** The keys of one request. They are taken at the first call of `taken`. */
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

  /** Lets `taken` try again. It then takes over the key `from`, if there is one. */
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

  /** Returns the first of the keys that another request holds. */
  async heldByAnother(): Promise<HeldKey | undefined> {
    const store = await this.#options.store();
    const [first] = this.#options.keys;
    return first && (await store.readIdempotencyKey(first.name));
  }

  /** Binds the taken keys to the callback of another request, which this request repeats. */
  async bindTo(id: string, how: { alreadyOpen?: boolean } = {}): Promise<void> {
    if (this.#taken.length === 0) return;
    const store = await this.#options.store();
    for (const key of this.#taken) await store.bindIdempotencyKey(key, { id, ...how });
  }

  /** Frees the taken keys of a request that sends nothing. */
  async release(): Promise<void> {
    await this.#taking?.catch(() => undefined);
    if (this.#taken.length === 0) return;
    const store = await this.#options.store();
    await Promise.all(this.#taken.map((key) => store.releaseIdempotencyKey(key)));
  }
}
