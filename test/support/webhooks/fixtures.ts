import { readFileSync } from 'node:fs';

const started = Date.now() % 1_000_000;
let ids = 0;

/** Returns an id that no other event of this run has. */
export const freshId = (): string => `${started}${String(++ids).padStart(3, '0')}`;

/** The parts of a fixture that differ each time. */
export interface Filling {
  id?: string;
  /** Unix time in seconds. */
  at?: number;
}

/** The time and the id that every fixture has. */
const MOMENT = 1_700_000_000;
const ID = '4040404';

/** Returns the body of an event as its sender would send it now. */
export function bodyOf(name: string, { id = freshId(), at = Date.now() / 1000 }: Filling = {}): string {
  const seconds = Math.floor(at);
  const written = readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
    .replaceAll(ID, id)
    .replaceAll(String(MOMENT), String(seconds))
    .replaceAll(new Date(MOMENT * 1000).toISOString(), new Date(seconds * 1000).toISOString());
  return name.endsWith('.form') ? encoded(written) : written;
}

/** The files have one unencoded field per line, so that people can read them. */
function encoded(lines: string): string {
  const pairs = lines
    .trim()
    .split('\n')
    .map((line): [string, string] => {
      const end = line.indexOf('=');
      return [line.slice(0, end), line.slice(end + 1)];
    });
  return new URLSearchParams(pairs).toString();
}

export const typeOf = (name: string): Record<string, string> => ({
  'content-type': name.endsWith('.form') ? 'application/x-www-form-urlencoded' : 'application/json',
});
