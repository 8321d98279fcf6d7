import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A random secret that nobody knows. It replaces the secret of an unknown key, so that the check takes the same time. */
export const NO_SECRET = randomBytes(32).toString('base64url');

/**
 * Compares in constant time. All digests have the same length. So the time reveals neither the length of the secret nor the
 * number of right characters. An empty secret never matches.
 */
export function sameSecret(presented: string, secret: string | undefined): boolean {
  const same = timingSafeEqual(sha256(presented), sha256(secret ?? NO_SECRET));
  return same && secret !== undefined && secret !== '';
}

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');
