import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/program.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../../tools/bundle/bundle.ts';
import { runTool } from '../support/cli/run-tool.ts';

const commands = Object.entries(COMMANDS);
const scripts = Object.entries(packageJson.scripts);
/** The npm scripts of tools/. */
const tools = scripts.flatMap(([name, script]) => (script.startsWith('node tools/') ? [name] : []));

describe('npx asterisk-callback --help', () => {
  it('lists every command with a summary', async () => {
    const { stdout } = await runTool('--help', []);
    const text = stdout.replaceAll(/\n {10,}/g, ' ');
    for (const [name] of commands) expect(text).toContain(`  ${name}`);
    for (const [, { summary }] of commands) expect(text).toContain(summary);
  });

  it('is printed with status 1 when no command is given', async () => {
    const { status, output } = await runTool();
    expect(status).toBe(1);
    expect(output).toContain('Usage: npx asterisk-callback [options] [command]');
  });

  it('names the command that a mistyped one may mean', async () => {
    const { status, output } = await runTool('docter');
    expect(status).toBe(1);
    expect(output).toContain('Did you mean doctor?');
  });
});

describe('the help of a command', () => {
  it.each(commands.map(([name]) => name))('shows usage and examples of %s', async (name) => {
    const { status, stdout } = await runTool(name, ['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: npx asterisk-callback ${name} [options]`);
    expect(stdout).toMatch(new RegExp(`^Examples:\n  npx asterisk-callback ${name}( .*)?$`, 'm'));
    expect((await runTool('help', [name])).stdout).toBe(stdout);
  });
});

describe('the npm scripts', () => {
  it.each(['start', 'asterisk', 'doctor', 'manager-conf', 'settings', 'link'])(
    'keep %s as another name of the command',
    (name) => {
      expect(scripts).toContainEqual([name, `node cli/asterisk-callback.js ${name}`]);
    },
  );

  it.each(tools)('show what %s does with --help, and an example', async (name) => {
    const { stdout } = await promisify(execFile)('npm', ['run', '--silent', name, '--', '--help'], {
      cwd: ROOT,
    });
    expect(stdout).toContain(`Usage: npm run ${name} -- [options]`);
    expect(stdout).toMatch(new RegExp(`^Examples:\n  npm run ${name}( -- .*)?$`, 'm'));
  });

  it('include the tools of this folder', () => {
    expect(tools.sort()).toEqual(['bench', 'build', 'size']);
  });
});
