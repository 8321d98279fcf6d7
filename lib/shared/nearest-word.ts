/** Returns the known word that a typo most likely means: `username` for `user`, `channel` for `chanel`. */
export function nearestWord(typo: string, known: readonly string[]): string | undefined {
  const word = typo.toLowerCase().slice(0, 64);
  const begins = known.find((name) => {
    const lower = name.toLowerCase();
    return word.length >= 3 && (lower.startsWith(word) || (lower.length >= 3 && word.startsWith(lower)));
  });
  if (begins !== undefined) return begins;
  const ranked = known.map((name) => ({ name, distance: editDistance(word, name.toLowerCase()) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.min(2, Math.floor(word.length / 2)) ? best.name : undefined;
}

/** Levenshtein distance, one row at a time. */
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
