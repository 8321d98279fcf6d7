import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** A section of a configuration file of Asterisk. */
export interface Section {
  name: string;
  /** Written as `[name](+)`: it adds to the section of that name. */
  isAddition: boolean;
  /** Names in lower case, as Asterisk compares them. */
  lines: readonly (readonly [name: string, value: string])[];
}

/** Asterisk stops there too. */
const MAX_DEPTH = 10;

/** Reads a configuration file of Asterisk, with the files that it includes. Throws when a file cannot be read. */
export function readAsteriskConf(file: string): Section[] {
  const sections: { name: string; isAddition: boolean; lines: [string, string][] }[] = [];
  for (const line of linesOf(file, 0)) {
    const [, name, options = ''] = /^\[([^\]]+)\](?:\(([^)]*)\))?/.exec(line) ?? [];
    if (name !== undefined) sections.push({ name, isAddition: options.includes('+'), lines: [] });
    else {
      const [, key, value] = /^([^=]+?)\s*=>?\s*(.*)$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined) sections.at(-1)?.lines.push([key.toLowerCase(), value]);
    }
  }
  return sections;
}

function* linesOf(file: string, depth: number): Generator<string, void, void> {
  const text = readFileSync(file, 'utf8').replace(/;--(?!-)[\s\S]*?--;/g, '');
  for (const written of text.split('\n')) {
    const line = written.replace(/(^|[^\\]);.*$/, '$1').trim();
    const [, included] = /^#(?:try)?include\s+["<]?([^">]+?)[">]?$/.exec(line) ?? [];
    if (included === undefined) yield line;
    else if (depth < MAX_DEPTH)
      for (const each of globSync(resolve(dirname(file), included)).sort()) yield* linesOf(each, depth + 1);
  }
}
