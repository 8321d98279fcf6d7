import { HTTP_TIMEOUT_SECONDS } from './sessions.ts';

/** Returns the cookie of a session. As in Asterisk, the value has quotes, and Path, Secure and HttpOnly are missing. */
export const setCookie = (id: string): string =>
  `mansession_id="${id}"; Version=1; Max-Age=${HTTP_TIMEOUT_SECONDS}`;

/** Reads the id of a session from the last cookie of the last Cookie header. The id has eight hexadecimal digits. */
export function sessionId(rawHeaders: readonly string[]): string | undefined {
  let line = '';
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'cookie') line = rawHeaders[at + 1] ?? '';
  }
  const values = [...line.matchAll(/(?:^|;)\s*mansession_id\s*=\s*"?\s*(?:0x)?([0-9a-f]{1,8})/gi)];
  return values.at(-1)?.[1]?.toLowerCase().padStart(8, '0');
}
