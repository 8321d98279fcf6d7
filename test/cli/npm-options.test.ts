import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { eatenByNpm } from '../../cli/npm-options.ts';
import { ROOT } from '../../tools/bundle/bundle.ts';

const doctor = () =>
  new Command('npm run doctor --')
    .option('--settings <file>')
    .option('--stage <name>')
    .option('--json')
    .option('--agent <extension>')
    .option('--ami-port <port>');
const settings = () => {
  const program = new Command('npm run settings --');
  program.command('diff').argument('<file>').requiredOption('--stage <name>');
  program
    .command('push')
    .argument('<file>')
    .requiredOption('--stage <name>')
    .option('--yes')
    .option('--delete');
  return program;
};

describe('options that npm took for itself', () => {
  it.each<[command: () => Command, words: string[], env: Record<string, string>, right: RegExp]>([
    [doctor, ['f.json'], { settings: 'true' }, /doctor -- --settings f\.json$/],
    [doctor, [], { settings: 'f.json' }, /doctor -- --settings f\.json$/],
    [doctor, ['f.json'], { settings: 'true', json: 'true' }, /doctor -- --settings f\.json --json$/],
    [doctor, ['5039'], { ami_port: 'true' }, /doctor -- --ami-port 5039$/],
    // Whose value is whose is nowhere to be seen.
    [
      doctor,
      ['3200', 'f.json'],
      { settings: 'true', agent: 'true' },
      /doctor -- --settings <file> --agent <extension>$/,
    ],
    [settings, ['push', 'f.json', 'prod'], { stage: 'true' }, /settings -- push f\.json --stage prod$/],
    [settings, ['prod', 'push', 'f.json'], { stage: 'true' }, /settings -- push f\.json --stage prod$/],
    [
      settings,
      ['push', 'f.json'],
      { stage: 'prod', yes: 'true', delete: 'true' },
      /settings -- push f\.json --stage prod --yes --delete$/,
    ],
  ])('are told, with the right command: %#', (command, words, env, right) => {
    const environment = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [`npm_config_${name}`, value]),
    );
    const told = eatenByNpm(command(), words, environment);
    expect(told).toMatch(/^npm took --.* put "--" before the options/);
    expect(told).toMatch(right);
  });

  it.each<[what: string, words: string[], env: Record<string, string>]>([
    ['nothing', [], {}],
    ['what npm always has', [], { npm_config_yes: '', npm_config_prefix: '/usr', npm_config_json: 'true' }],
    ['what came all the same', ['--settings', 'f.json'], { npm_config_settings: 'other.json' }],
    ['what came with "="', ['--settings=f.json'], { npm_config_settings: 'other.json' }],
  ])('are none: %s', (_what, words, env) => {
    expect(eatenByNpm(doctor(), words, env)).toBeUndefined();
  });
});

const npm = (...args: string[]) =>
  promisify(execFile)('npm', args, { cwd: ROOT }).then(
    () => ({ code: 0, stderr: '' }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );

describe('npm without "--"', () => {
  it.each([
    [['doctor', '--settings', 'f.json'], 'npm run doctor -- --settings f.json'],
    [['doctor', '--settings=f.json'], 'npm run doctor -- --settings f.json'],
    [['settings', 'push', 'f.json', '--stage', 'prod'], 'npm run settings -- push f.json --stage prod'],
    [['link', '--num', '+74951234567', '--cid', '3200'], 'npm run link -- --num +74951234567'],
    [
      ['manager-conf', '--user=lambda', '--permit=10.0.0.1'],
      'manager-conf -- --user lambda --permit 10.0.0.1',
    ],
  ])('is told by each tool: %j', async (args, right) => {
    const { code, stderr } = await npm('run', ...args);
    expect(stderr).toContain(right);
    expect(code).toBe(1);
  });
});
