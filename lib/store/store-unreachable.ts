import { CallbackError } from '../problems/callback-error.ts';

/** Returns the error for a store that does not answer. A requested write may have happened. */
export const storeUnreachable = (cause: unknown): CallbackError =>
  new CallbackError('store-unreachable', 'The store could not be reached. Send the same request again', {
    cause,
    hint: 'Check that the table in TABLE_NAME exists and that the function’s role may use it, or for SQLite the folder of --data',
  });
