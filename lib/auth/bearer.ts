import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Access, type Keys, own, refuse, type Via } from './credentials.ts';

/**
 * Compared with where there is no such key, so that an unknown id costs what a wrong secret costs.
 * Nobody knows it, and a match would be refused all the same.
 */
export const NO_SECRET = randomBytes(32).toString('base64url');

/** A key id has no dot, so the first one ends it. */
const CREDENTIAL = /^([A-Za-z0-9_-]{1,64})\.([\x21-\x7e]{1,1024})$/;

/** `Authorization: Bearer <keyId>.<secret>`. */
export function bearer(authorization: string, keys: Keys): Access {
  const credential = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (credential === undefined) {
    return refuse(
      'credentials-invalid',
      'The Authorization header must be "Bearer", a blank, and <keyId>.<secret>',
    );
  }
  return withSecret(credential, keys, 'bearer');
}

/** `?token=<keyId>.<secret>`, for systems that can only hit a fixed URL. */
export function token(values: readonly string[], keys: Keys): Access {
  const [value] = values;
  if (value === undefined || values.length > 1) {
    return refuse('credentials-invalid', 'Send "token" once');
  }
  const access = withSecret(value, keys, 'token');
  // Said only to who knows the secret.
  if (access.ok && access.key.inUrl !== true) {
    return refuse(
      'credentials-invalid',
      'This key must not stand in a URL, which ends up in logs: send it as Authorization: Bearer, or set "inUrl" for it',
    );
  }
  return access;
}

function withSecret(credential: string, keys: Keys, via: Via): Access {
  const [, keyId = '', presented = ''] = CREDENTIAL.exec(credential) ?? [];
  const key = own(keys, keyId);
  const proven = sameSecret(presented, key?.secret);
  if (key === undefined || !proven) {
    return refuse('credentials-invalid', 'The key id or the secret is wrong');
  }
  return { ok: true, keyId, key, via };
}

/** Digests have one length, so neither the length of a secret nor how much of it was right shows in the time. */
export function sameSecret(presented: string, secret: string | undefined): boolean {
  const same = timingSafeEqual(sha256(presented), sha256(secret ?? NO_SECRET));
  return same && secret !== undefined && secret !== '';
}

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');
