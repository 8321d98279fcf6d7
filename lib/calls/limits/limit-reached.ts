import { CallbackError } from '../../problems/callback-error.ts';
import type { RequestLimit } from './limits-that-apply.ts';

/** Returns the refusal of a request above a limit: 429 with `Retry-After` in seconds. checks-before-call.ts counts. */
export function limitReached({ name, parameter, max, endsAt }: RequestLimit): CallbackError {
  const seconds = Math.max(1, Math.ceil((endsAt - Date.now()) / 1000));
  return new CallbackError(
    'limit-reached',
    `The limit "${name}" of ${parameter} is reached: it allows ${max}. Send the request again in ${seconds} seconds`,
    { limit: name, headers: { 'retry-after': String(seconds) } },
  );
}
