/** The fields of an event that decide whose phone rings. */
export interface NamedAgent {
  /** The result of `map.agent`. With `agents` in the settings it is an id. */
  mapped: unknown;
  /** The value of the sender's field for an extension. */
  explicit: unknown;
  /** The sender's own id of a user. */
  user: string | undefined;
}

/** Longer values are ids, even if a route allows them. */
const EXTENSION = /^[0-9]{2,6}$/;

/**
 * Returns the extension that rings. Tries the user in `agents`, then the extension in the event, then `*` in `agents`. An id that
 * is not in `agents` is never used as an extension.
 */
export function chooseAgent(
  { mapped, explicit, user }: NamedAgent,
  agents?: Readonly<Record<string, string>>,
): unknown {
  const named = mapped ?? explicit;
  if (!agents) return named;
  const known = [named, user].find((id) => id !== undefined && Object.hasOwn(agents, String(id)));
  if (known !== undefined) return agents[String(known)];
  return mapped === undefined && EXTENSION.test(String(explicit)) ? explicit : agents['*'];
}
