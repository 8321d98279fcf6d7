/** The fields of an event that decide whose phone rings. */
export interface NamedAgent {
  /** The result of `map.agent`. With `agents` in the settings it is an id. */
  mapped: unknown;
  /** The value of the sender's field for an extension. */
  explicit: unknown;
  /** The sender's own id of a user. */
  user: string | undefined;
}

/** A longer value in the event counts as the id of a user, even if the route allows such an extension. */
const EXTENSION = /^[0-9]{2,6}$/;

/**
 * Returns the extension that rings. Without `agents`, this is the value of `map.agent` or of the sender's field.
 *
 * With `agents`, looks there for this value, then for the sender's user. If neither is found, returns the extension in the
 * sender's field, else the extension of `*`. The result of `map.agent` is an id, so it is never used as an extension.
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
