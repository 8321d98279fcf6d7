import { createHmac } from 'node:crypto';
import { sameSecret } from '../auth/same-secret.ts';

export function hmacSha256(
  secret: string | Buffer,
  parts: readonly (string | Buffer)[],
  encoding: 'base64' | 'hex',
): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest(encoding);
}

/** Compares with each secret or signature in constant time. During a rotation there are two secrets. */
export const isOneOf = (presented: string | undefined, expected: readonly string[]): boolean =>
  expected.some((each) => sameSecret(presented ?? '', each));

/** How old a signature may be, or how far in the future. HubSpot and Standard Webhooks prescribe this time. */
const TOLERANCE_SECONDS = 300;

/** Both times are Unix time in seconds. */
export const isFresh = (time: number, now: number): boolean => Math.abs(now - time) <= TOLERANCE_SECONDS;
