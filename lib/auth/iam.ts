import { type AccessRequest, type Admitted, invalidCredentials, type Keys } from './credentials.ts';

const ROLE = /^arn:(aws[a-z-]*):iam::([0-9]+):role\/(?:[^/]+\/)*([^/]+)$/;
const SESSION = /^arn:(aws[a-z-]*):sts::([0-9]+):assumed-role\/([^/]+)\/[^/]+$/;

/** Finds the key of a caller that IAM authenticated. A key for exactly this ARN comes before a key for the caller's role. */
export function iam({ principal: caller = '' }: AccessRequest, keys: Keys): Admitted {
  const entries = Object.entries(keys);
  const found =
    entries.find(([, key]) => key.principal === caller) ??
    entries.find(([, key]) => key.principal !== undefined && isSessionOf(caller, key.principal));
  if (found === undefined) {
    throw invalidCredentials('This IAM principal is not the principal of any key');
  }
  const [keyId, key] = found;
  return { keyId, key };
}

/**
 * Returns whether the caller has assumed the role: `arn:aws:sts::123456789012:assumed-role/crm/session` is a session of
 * `arn:aws:iam::123456789012:role/team/crm`. STS leaves out the path of the role. The name of a role is unique in its
 * account.
 */
function isSessionOf(caller: string, role: string): boolean {
  const session = SESSION.exec(caller)?.slice(1);
  const wanted = ROLE.exec(role)?.slice(1);
  return (
    session !== undefined && wanted !== undefined && session.every((part, index) => part === wanted[index])
  );
}
