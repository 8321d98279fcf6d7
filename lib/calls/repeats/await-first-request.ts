import { setTimeout as sleep } from 'node:timers/promises';
import { CallbackError } from '../../problems/callback-error.ts';
import { Deadline } from '../../shared/deadline.ts';
import type { StoredCallback } from '../../store/callback-record.ts';
import type { HeldKey } from '../../store/idempotency-keys.ts';
import type { PlacedCallback } from '../callback.ts';
import { VOID_MS } from '../callback-id.ts';
import { viewOf } from '../callback-view.ts';
import { hasLostClaim, isOver, lookUpCall } from '../look-up-call.ts';
import type { Services } from '../services.ts';

/** The result of the first request, which holds the key. */
export type FirstRequestResult =
  /** The first request placed its callback. `replay` returns or throws its result again. */
  | { is: 'placed'; record: StoredCallback; replay: () => PlacedCallback }
  /** The callback of the first request is over, or will never be placed. The repeat may take the key. */
  | { is: 'over'; key: HeldKey }
  /** The first request was refused, and freed the key. */
  | { is: 'free' };

export interface FirstRequestOptions {
  fingerprint: string;
  until: Deadline;
  /** Makes the error for a first request that has placed nothing when the time is up. */
  notPlaced?: () => CallbackError;
}

const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 250;
/** How long the PBX may take to answer a question about the call. */
const LOOK_MS = 2_000;

/**
 * Waits until the request that holds a key has placed its callback or failed, and returns its result.
 *
 * @throws CallbackError idempotency-key-reused; `notPlaced`; store-unreachable.
 */
export async function awaitFirstRequest(
  services: Services,
  held: HeldKey,
  options: FirstRequestOptions,
): Promise<FirstRequestResult> {
  const store = await services.store();
  let key = held;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(2 * pause, LONGEST_LOOK_MS)) {
    const result = await lookOnce(services, key, options);
    if (result) return result;
    await sleep(Math.min(pause, options.until.remainingMs));
    const current = await store.readIdempotencyKey(key.name);
    if (!current) return { is: 'free' };
    // The key may have changed, because another request took it over.
    key = current;
  }
}

/** Returns the result of the first request. Undefined while the first request may still place its callback. */
async function lookOnce(
  services: Services,
  key: HeldKey,
  { fingerprint, until, notPlaced = notPlacedYet }: FirstRequestOptions,
): Promise<FirstRequestResult | undefined> {
  const store = await services.store();
  let record = await store.readCallback(key.id);
  // The lease: without a record after this time, the process that took the key has died or is frozen.
  if (!record && Date.now() >= key.leaseUntil) {
    if (isInWindow(key) && (await store.wasErased(key.id))) throw erased();
    // No process can store or claim a callback with a void id. So a frozen process that continues rings no phone.
    record = await store.voidCallback(key.id, Date.now() + VOID_MS);
    // A record means that the process stored its callback at the last moment.
    if (!record) return { is: 'over', key };
  }
  if (record && !isInWindow(key) && (await isOver(services, record, lookBy(until))))
    return { is: 'over', key };
  if (key.fingerprint !== fingerprint) throw keyReused();
  if (record && (isPlaced(record) || until.hasPassed))
    return await placed(services, record, key, lookBy(until));
  if (!record && until.hasPassed) throw notPlaced();
  return undefined;
}

/** Whether the key belongs to its request even after the callback is over. */
const isInWindow = ({ windowUntil }: HeldKey): boolean => Date.now() <= windowUntil;

/** Returns until when the PBX may answer. A repeat whose time is up still gets the current status. */
const lookBy = (until: Deadline): Deadline =>
  until.hasPassed ? Deadline.in(LOOK_MS) : until.within(LOOK_MS);

/** Whether the first request has its result, or its process has died. */
function isPlaced(record: StoredCallback): boolean {
  const { followedUntil = 0, line } = record;
  if (line !== undefined) return true;
  const attempt = record.attempts.at(-1);
  if (!attempt || attempt.endedAt !== undefined) return true;
  if (attempt.repliedAt === undefined) return hasLostClaim(record);
  // Until this time the process follows the call, and will record a later status.
  return Date.now() >= followedUntil;
}

async function placed(
  services: Services,
  record: StoredCallback,
  { alreadyOpen = false }: HeldKey,
  deadline: Deadline,
): Promise<FirstRequestResult> {
  // The runner of a line keeps the record of its calls up to date.
  const isOfLine = record.line !== undefined;
  const seen = isOfLine ? undefined : await lookUpCall(services, record, deadline);
  const callback = seen ? viewOf(seen.record, seen.live) : viewOf(record);
  const replay = (): PlacedCallback => {
    const { problem, problemMessage = '' } = record;
    if (!problem || isOfLine) return { callback, replayed: true, ...(alreadyOpen && { alreadyOpen }) };
    const headers = { 'idempotent-replayed': 'true' };
    throw new CallbackError(problem, problemMessage, { callback, headers });
  };
  return { is: 'placed', record, replay };
}

const notPlacedYet = (): CallbackError =>
  new CallbackError(
    'pbx-unreachable',
    'The first request with this Idempotency-Key has not reached a PBX yet. Send the request again later',
  );

const keyReused = (): CallbackError =>
  new CallbackError(
    'idempotency-key-reused',
    'This Idempotency-Key was sent with another request: send a new key for a new request',
  );

const erased = (): CallbackError =>
  new CallbackError(
    'idempotency-key-reused',
    'The callback of this Idempotency-Key was erased: send a new key',
  );
