import { type Access, type Keys, own, refuse, type Via } from './credentials.ts';
import { sameSecret } from './same-secret.ts';

/** A key id has no dot, so the first dot ends it. */
const CREDENTIAL = /^([A-Za-z0-9_-]{1,64})\.([\x21-\x7e]{1,1024})$/;

/** Checks `Authorization: Bearer <keyId>.<secret>`. */
export function bearer(authorization: string, keys: Keys): Access {
  const credential = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (credential === undefined) {
    return refuse(
      'credentials-invalid',
      'The Authorization header must be "Bearer", a space, and <keyId>.<secret>',
    );
  }
  return withSecret(credential, keys, 'bearer');
}

/** Checks `?token=<keyId>.<secret>`, for systems that can only request a fixed URL. */
export function token(values: readonly string[], keys: Keys): Access {
  const [value] = values;
  if (value === undefined || values.length > 1) {
    return refuse('credentials-invalid', 'Send "token" once');
  }
  const access = withSecret(value, keys, 'token');
  // Only a caller who knows the secret learns this.
  if (access.ok && access.key.inUrl !== true) {
    return refuse(
      'credentials-invalid',
      'This key is not allowed in a URL, because URLs are logged. Send it as Authorization: Bearer, or let its owner set "inUrl"',
    );
  }
  return access;
}

function withSecret(credential: string, keys: Keys, via: Via): Access {
  const [, keyId = '', presented = ''] = CREDENTIAL.exec(credential) ?? [];
  const key = own(keys, keyId);
  const isRight = sameSecret(presented, key?.secret);
  if (key === undefined || !isRight) {
    return refuse('credentials-invalid', 'The key id or the secret is wrong');
  }
  return { ok: true, keyId, key, via };
}
