import { CallbackError } from '../problems/callback-error.ts';

/** Returns why something failed, for the log: the text for the owner instead of the one for a caller. */
export function reasonOf(error: unknown): Record<string, string> {
  if (!(error instanceof CallbackError)) return { error: String(error) };
  const { code, message, hint = message, cause } = error;
  // The hint of an error of a PBX (not of the dialplan) contains the cause already.
  const isInHint = cause instanceof Error && hint.includes(cause.message);
  return { code, error: hint, ...(cause !== undefined && !isInHint && { cause: String(cause) }) };
}
