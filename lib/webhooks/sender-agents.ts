/** What tells whose phone rings. */
export interface Whose {
  /** What `map.agent` yields: an id, if there are `agents`. */
  mapped: unknown;
  /** What the sender says in a field for an extension. */
  explicit: unknown;
  /** The sender's own id of somebody. */
  user: string | undefined;
}

/** What is long is an id, whatever a route allows. */
const EXTENSION = /^[0-9]{2,6}$/;

/**
 * The extension that rings. `agents` knows best; an extension that was asked for by itself comes next, and `*` stands for
 * everybody else. An id that nobody mapped is no extension.
 */
export function agentFor(
  { mapped, explicit, user }: Whose,
  agents?: Readonly<Record<string, string>>,
): unknown {
  const named = mapped ?? explicit;
  if (!agents) return named;
  const known = [named, user].find((id) => id !== undefined && Object.hasOwn(agents, String(id)));
  if (known !== undefined) return agents[String(known)];
  return mapped === undefined && EXTENSION.test(String(explicit)) ? explicit : agents['*'];
}
