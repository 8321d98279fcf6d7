import type { CallInEvent } from './reading.ts';

/** A longer value in the event counts as the id of a user, even if the route allows such an extension. */
const EXTENSION = /^[0-9]{2,6}$/;

/**
 * Returns the extension that rings. Without `agents`, this is the value of `map.agent` or of the sender's field.
 *
 * With `agents`, looks there for this value, then for the sender's user. If neither is found, returns the extension in the
 * sender's field, else the extension of `*`. The result of `map.agent` is an id, so it is never used as an extension.
 */
export function extensionOf(
  mapped: unknown,
  { fields, user }: CallInEvent,
  agents?: Readonly<Record<string, string>>,
): unknown {
  const explicit = fields['agent'];
  const named = mapped ?? explicit;
  if (!agents) return named;
  const known = [named, user].find((id) => id !== undefined && Object.hasOwn(agents, String(id)));
  if (known !== undefined) return agents[String(known)];
  return mapped === undefined && EXTENSION.test(String(explicit)) ? explicit : agents['*'];
}
