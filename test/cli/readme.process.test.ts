import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/program.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../../tools/bundle/bundle.ts';
import { runTool } from '../support/cli/run-tool.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const readme = read('README.md');

const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const written = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...pages];

/** Splits a command as a shell would. */
const words = (command: string): string[] =>
  [...command.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|[^\s']+/g)].map(([word, quoted]) => quoted ?? word);

describe('README', () => {
  const [, command = ''] = /npx asterisk-callback manager-conf ([^`]*?)\n *```/.exec(readme) ?? [];
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-readme-'));
    const args = words(command);
    await runTool('manager-conf', args.with(args.indexOf('--out') + 1, dir));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('shows the settings that its command writes', async () => {
    const shown = JSON.parse(/```json\n( *\{\n *"pbx\/main\/url"[\s\S]*?)```/.exec(readme)?.[1] ?? '');
    const settings = JSON.parse(await readFile(join(dir, 'settings.json'), 'utf8'));
    expect({
      ...settings,
      'pbx/main/secret': shown['pbx/main/secret'],
      'pbx/main/ca': shown['pbx/main/ca'],
      'keys/web': shown['keys/web'],
    }).toEqual(shown);
    expect(parseSettings(settings).routes['default']).toBeDefined();
  });

  it('names only files that its command writes', () => {
    const named = [...readme.matchAll(/pbx\/([\w-]+\.\w+)/g)].map(([, name = '']) => name);
    expect(named).not.toEqual([]);
    expect(named.filter((name) => !existsSync(join(dir, name)))).toEqual([]);
  });
});

describe('The docs', () => {
  it.each(written)('link to files that exist: %s', (file) => {
    const links = [...read(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '');
    const missing = links.filter((target) => !existsSync(join(ROOT, dirname(file), target)));
    expect(missing).toEqual([]);
  });

  it('are all linked from another page', () => {
    const linked = written.flatMap((file) =>
      [...read(file).matchAll(/\]\(([^)#:]+)/g)].map(([, target = '']) => join(dirname(file), target)),
    );
    const folders = linked.map((target) => join(target, 'README.md'));
    expect(pages.filter((page) => !linked.includes(page) && !folders.includes(page))).toEqual([]);
  });

  /** Every command that a page shows in full: no option is left out by an ellipsis, no choice is shown by a bar. */
  const shown = written.flatMap((file) =>
    [...read(file).matchAll(/npx asterisk-callback ((?:\\\n|[^`\n])+)/g)]
      .map(([, args = '']) => ({ file, args: args.replace(/ +#.*$/, '').trim() }))
      .filter(({ args }) => !/…|\||\.\.\./.test(args)),
  );

  it.each(shown)('show a command that the program accepts: $file: $args', async ({ args }) => {
    const [name = '', ...options] = words(args);
    const entry = COMMANDS[name];
    if (!entry) throw new Error(`There is no command ${name}.`);
    const { command } = await entry.load();
    pretend(command);
    await command.parseAsync(options, { from: 'user' });
  });

  it('name only npm scripts that exist', () => {
    const named = written.flatMap((file) =>
      [...read(file).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect(named.filter((name) => !(name in packageJson.scripts))).toEqual([]);
  });
});

/** Lets a command read its options and do nothing. An option that it does not know is an error. */
function pretend(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  command.action(() => {});
  command.commands.forEach(pretend);
}
