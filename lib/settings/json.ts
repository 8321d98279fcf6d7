type Json = { ok: true; value: unknown } | { ok: false; sentence: string };

/**
 * A parameter that holds JSON; a settings file may have the object itself. V8's message quotes the text around the
 * mistake, which may be a secret, so only the place is taken from it.
 */
export function readJson(written: unknown): Json {
  if (typeof written !== 'string') return { ok: true, value: written };
  try {
    return { ok: true, value: JSON.parse(written) };
  } catch (error) {
    const place = /\(line (\d+) column (\d+)\)/.exec(error instanceof Error ? error.message : '');
    const where = place ? ` (line ${place[1]}, column ${place[2]})` : '';
    return {
      ok: false,
      sentence: `is not valid JSON${where}: it must be one object with quoted names, such as {"name": "value"}; correct it and put it again with --overwrite`,
    };
  }
}
