import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A random secret that nobody knows. An unknown key id is compared with it, so that it takes as long as a wrong secret. */
export const NO_SECRET = randomBytes(32).toString('base64url');

/**
 * Compares in constant time. Digests all have the same length, so the time reveals neither the length of the secret nor how
 * many of its characters were right. An empty secret never matches.
 */
export function sameSecret(presented: string, secret: string | undefined): boolean {
  const same = timingSafeEqual(sha256(presented), sha256(secret ?? NO_SECRET));
  return same && secret !== undefined && secret !== '';
}

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');
