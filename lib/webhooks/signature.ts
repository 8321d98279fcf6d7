import { createHmac } from 'node:crypto';
import { sameSecret } from '../auth/index.ts';

/** How far a signed time may be from ours, both ways: what HubSpot and Standard Webhooks prescribe. */
const TOLERANCE_SECONDS = 300;

export const hmacSha256 = (
  secret: string | Buffer,
  parts: readonly (string | Buffer)[],
  encoding: 'base64' | 'hex',
): string => {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest(encoding);
};

/** Compared in constant time; while a secret is rotated there are two. */
export const isOneOf = (presented: string | undefined, secrets: readonly string[]): boolean =>
  secrets.some((secret) => sameSecret(presented ?? '', secret));

/** `time` in seconds of Unix time. */
export const isFresh = (time: number, now: number): boolean => Math.abs(now - time) <= TOLERANCE_SECONDS;
