/** What an event says about whose phone rings. */
export interface NamedAgent {
  /** What `map.agent` yields. With `agents` in the settings it is an id. */
  mapped: unknown;
  /** What the sender writes into a field for an extension. */
  explicit: unknown;
  /** The sender's own id of a user. */
  user: string | undefined;
}

/** Anything longer is an id, even if a route allows it. */
const EXTENSION = /^[0-9]{2,6}$/;

/**
 * Returns the extension that rings. `agents` comes first, then an extension that the event names itself, then `*`. An id
 * that `agents` does not have is never an extension.
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
