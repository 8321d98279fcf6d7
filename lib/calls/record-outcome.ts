import { outcomeUnknown } from '../asterisk/await-outcome.ts';
import { withRefusal } from '../asterisk/describe-callback.ts';
import { CallbackError } from '../problems/callback-error.ts';
import type { Deadline } from '../shared/deadline.ts';
import type { AttemptRecorder } from './attempt-recorder.ts';
import type { Callback, CallbackView } from './callback.ts';
import { viewOf } from './callback-view.ts';

/**
 * Records the outcome of a call after its Originate was sent, and returns the callback with its record.
 *
 * With `wait: accepted`, the response does not wait for the last write. If this write fails, the record stays `dialing`,
 * and `GET /callbacks/{id}` asks the PBX.
 *
 * @param followedUntil When this process stops following the call. Undefined if it waits only for Asterisk's reply.
 * @throws CallbackError with the callback.
 */
export async function recordOutcome(
  recorder: AttemptRecorder,
  callback: Callback,
  followedUntil: (() => Deadline) | undefined,
  work: () => Promise<Callback>,
): Promise<CallbackView> {
  try {
    if (followedUntil) {
      const until = Date.now() + followedUntil().remainingMs;
      recorder.observe({ seen: { status: 'queued' }, followedUntil: until });
    }
    const { waitEnded, ...seen } = await work();
    // The claim may have been written at the same time as the Originate was sent.
    await recorder.settled();
    recorder.observe({ seen });
    if (followedUntil || seen.status !== 'queued') await recorder.settled();
    return { ...viewOf(recorder.record), ...(waitEnded && { waitEnded }) };
  } catch (thrown) {
    throw await recordFailure(recorder, asCallbackError(thrown, callback), callback);
  }
}

/** Records the problem. Returns the error with the callback. */
async function recordFailure(
  recorder: AttemptRecorder,
  error: CallbackError,
  callback: Callback,
): Promise<CallbackError> {
  const { code, message, callback: seen = callback } = error;
  try {
    recorder.observe({ seen, problem: { problem: code, problemMessage: message } });
    await recorder.settled();
    return error.with(viewOf(recorder.record));
  } catch {
    return error.with(seen);
  }
}

/** Records that Asterisk refused an Originate. Returns the error. */
export async function recordRefusal(recorder: AttemptRecorder, error: CallbackError): Promise<CallbackError> {
  const { code, message } = error;
  const { asterisk } = recorder.record.callback;
  const seen = { status: 'failed' as const, asterisk: withRefusal(asterisk, error) };
  recorder.observe({ seen, problem: { problem: code, problemMessage: message } });
  await recorder.settled();
  return error;
}

/** Runs work after an Originate may have been sent. Converts an unexpected error to outcome-unknown, with the callback. */
export async function afterOriginate<T>(callback: Callback, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asCallbackError(error, callback);
  }
}

const asCallbackError = (error: unknown, callback: Callback): CallbackError =>
  error instanceof CallbackError ? error : outcomeUnknown(callback, error);
