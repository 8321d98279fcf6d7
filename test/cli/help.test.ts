import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../../tools/bundle/bundle.ts';

/** Every script of our own, but for tests. */
const tools = Object.entries(packageJson.scripts)
  .filter(([name, command]) => command.startsWith('node ') && !name.startsWith('test'))
  .map(([name]) => name);

it('there are tools', () => {
  expect(tools).toEqual(expect.arrayContaining(['start', 'asterisk', 'build', 'size', 'bench', 'doctor']));
});

it.each(tools)('npm run %s -- --help says what it does, with an example', async (name) => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', name, '--', '--help'], {
    cwd: ROOT,
  });
  const called = name === 'start' ? 'npm start' : `npm run ${name}`;
  expect(stdout).toContain(`Usage: ${called} -- [options]`);
  expect(stdout).toMatch(new RegExp(`^Examples:\n  ${called}( -- .*)?$`, 'm'));
});
