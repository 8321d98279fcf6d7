/** The value stands in quotes, and there is no Path, Secure or HttpOnly: that is how Asterisk writes it. */
export function setCookie(id: string, httpTimeoutSeconds: number): string {
  return `mansession_id="${id}"; Version=1; Max-Age=${httpTimeoutSeconds}`;
}

/** Of several Cookie lines the last counts, and within it the last duplicate; the value is read as a hexadecimal number. */
export function sessionId(rawHeaders: readonly string[]): string | undefined {
  let line = '';
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'cookie') line = rawHeaders[at + 1] ?? '';
  }
  const values = [...line.matchAll(/(?:^|;)\s*mansession_id\s*=\s*"?\s*(?:0x)?([0-9a-f]{1,8})/gi)];
  return values.at(-1)?.[1]?.toLowerCase().padStart(8, '0');
}
