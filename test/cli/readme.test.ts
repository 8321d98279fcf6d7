import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { ROOT } from '../../tools/bundle/bundle.ts';
import { runTool } from '../support/cli/run-tool.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const readme = read('README.md');

/** What stands in README as `npm run manager-conf -- …`, as a shell would split it. */
const [, command = ''] = /npm run manager-conf -- ([^`]*?)\n```/.exec(readme) ?? [];
const args = [...command.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|\S+/g)].map(
  ([word, quoted]) => quoted ?? word,
);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-readme-'));
  const out = args.indexOf('--out');
  await runTool('manager-conf', args.with(out + 1, dir));
});
afterAll(() => rm(dir, { recursive: true }));

describe('README', () => {
  it('shows the settings that its command writes', async () => {
    const shown = JSON.parse(/```json\n(\{\n {2}"pbx\/main\/url"[\s\S]*?)```/.exec(readme)?.[1] ?? '');
    const written = JSON.parse(await readFile(join(dir, 'settings.json'), 'utf8'));
    expect({
      ...written,
      'pbx/main/secret': shown['pbx/main/secret'],
      'keys/web': shown['keys/web'],
    }).toEqual(shown);
    expect(parseSettings(written).routes['default']).toBeDefined();
  });

  it('shows lines of the files that its command writes', async () => {
    const [, ini = ''] = /```ini\n([\s\S]*?)```/.exec(readme) ?? [];
    const lines = ini
      .split('\n')
      .flatMap((line) => [line.slice(0, 42), line.slice(42)])
      .filter((line) => /^(?!secret)\w+ = (?!.*…)/.test(line));
    const files = await Promise.all(
      ['http.conf', 'manager.conf'].map((name) => readFile(join(dir, name), 'utf8')),
    );
    expect(lines.length).toBeGreaterThan(6);
    for (const line of lines) expect(files.join('\n').split('\n')).toContain(line.trim());
  });
});

describe('the docs', () => {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));

  it.each(['README.md', ...pages.map((name) => `docs/${name}`)])('link to what is there: %s', (file) => {
    const links = [...read(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '');
    const missing = links.filter((target) => !existsSync(join(ROOT, dirname(file), target)));
    expect(missing).toEqual([]);
  });

  it('are all linked from somewhere', () => {
    const all = [readme, ...pages.map((name) => read(`docs/${name}`))].join('\n');
    expect(pages.filter((name) => !all.includes(`${name})`) && !all.includes(`${name}#`))).toEqual([]);
  });
});
