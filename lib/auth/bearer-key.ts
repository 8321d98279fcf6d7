import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Access, type Keys, own, refuse, type Via } from './credentials.ts';

/** A random secret that nobody knows. An unknown key id is compared with it, so that it takes as long as a wrong secret. */
export const NO_SECRET = randomBytes(32).toString('base64url');

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

/**
 * Compares in constant time. Digests all have the same length, so the time reveals neither the length of the secret nor how
 * many of its characters were right. An empty secret never matches.
 */
export function sameSecret(presented: string, secret: string | undefined): boolean {
  const same = timingSafeEqual(sha256(presented), sha256(secret ?? NO_SECRET));
  return same && secret !== undefined && secret !== '';
}

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');
