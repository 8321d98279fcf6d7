import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const template = read('serverless.yml');
const page = read('docs/deploy.md');

/** The parameters of a stage, with the text of their values. */
const paramsOf = (stage: string): [name: string, value: string][] => {
  const [, block = ''] = new RegExp(`^ {2}${stage}:\\n((?: {4}.*\\n)*)`, 'm').exec(template) ?? [];
  return [...block.matchAll(/^ {4}(\w+): (.*)$/gm)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll('"', ''),
  ]);
};

it('docs/deploy.md names every parameter of serverless.yml and no other, with its defaults', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` +\| ([^|]+)\| ([^|]*)\| [^|]+\|$/gm)];
  const defaults = paramsOf('default');
  expect(defaults.length).toBeGreaterThan(15);
  expect(rows.map(([, name]) => name)).toEqual(defaults.map(([name]) => name));
  const prod = new Map(paramsOf('prod'));
  for (const [index, [, name = '', shown = '', ofProd = '']] of rows.entries()) {
    const value = defaults[index]?.[1] ?? '';
    const expected = value
      .replace(/\$\{(self:service)\}/, 'asterisk-callback')
      .replace(/\$\{sls:stage\}/, '<stage>');
    if (expected !== '') expect(shown.replaceAll('`', '').trim(), name).toBe(expected);
    else expect(['', 'no limit'], name).toContain(shown.trim());
    expect(ofProd.replaceAll('`', '').trim(), name).toBe(prod.get(name) ?? '');
  }
});
