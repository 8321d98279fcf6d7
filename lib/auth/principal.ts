import { type Access, type Keys, refuse } from './credentials.ts';

const ROLE = /^arn:(aws[a-z-]*):iam::([0-9]+):role\/(?:[^/]+\/)*([^/]+)$/;
const SESSION = /^arn:(aws[a-z-]*):sts::([0-9]+):assumed-role\/([^/]+)\/[^/]+$/;

/** The key of an IAM caller. A key for this very ARN goes before one for the role behind it. */
export function iam(caller: string, keys: Keys): Access {
  const entries = Object.entries(keys);
  const found =
    entries.find(([, key]) => key.principal === caller) ??
    entries.find(([, key]) => key.principal !== undefined && isSessionOf(caller, key.principal));
  if (found === undefined) {
    return refuse('credentials-invalid', 'This IAM principal is not the principal of any key');
  }
  const [keyId, key] = found;
  return { ok: true, keyId, key, via: 'iam' };
}

/**
 * Whether a caller has assumed a role: `arn:aws:sts::123456789012:assumed-role/crm/session` is
 * `arn:aws:iam::123456789012:role/team/crm` at work. STS leaves the role's path out; that loses nothing, because a
 * role's name is unique in its account whatever the path.
 */
function isSessionOf(caller: string, role: string): boolean {
  const session = SESSION.exec(caller)?.slice(1);
  const wanted = ROLE.exec(role)?.slice(1);
  return (
    session !== undefined && wanted !== undefined && session.every((part, index) => part === wanted[index])
  );
}
