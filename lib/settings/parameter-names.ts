/** `main` in `pbx/main/url`, `default` in `routes/default`. Without a dot, because a bearer key is `<keyId>.<secret>`. */
export const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export const GROUPS = ['pbx', 'routes', 'keys', 'webhooks'] as const;

/** Whether Parameter Store must hold it as a SecureString, and no error may quote from it. */
export const isSecureParameter = (name: string): boolean =>
  /^(keys|webhooks)\/|^pbx\/[^/]+\/secret$/.test(name);

/** The known word that a typo most likely meant: `user` for `username`, `chanel` for `channel`. */
export function nearest(typo: string, known: readonly string[]): string | undefined {
  const word = typo.toLowerCase().slice(0, 64);
  const begins = known.find((name) => {
    const lower = name.toLowerCase();
    return word.length >= 3 && (lower.startsWith(word) || word.startsWith(lower));
  });
  if (begins !== undefined) return begins;
  const ranked = known.map((name) => ({ name, distance: editDistance(word, name.toLowerCase()) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.min(2, Math.floor(word.length / 2)) ? best.name : undefined;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
