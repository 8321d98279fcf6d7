import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { swallowedOptions } from '../../cli/swallowed-options.ts';
import { ROOT } from '../../tools/bundle/bundle.ts';

const doctor = new Command('doctor').option('--settings <file>').option('--ami-port <port>').option('--json');
const settings = new Command('settings');
settings.command('push').argument('<file>').requiredOption('--stage <name>').option('--yes');

describe('swallowedOptions', () => {
  it.each([
    { title: 'without its value', command: doctor, words: ['f.json'], env: { settings: 'true' } },
    { title: 'with its value', command: doctor, words: [], env: { settings: 'f.json' } },
    { title: 'of two words', command: doctor, words: ['5039'], env: { ami_port: 'true' } },
    { title: 'of a subcommand', command: settings, words: ['push', 'f.json'], env: { stage: 'prod' } },
  ])('names an option $title that npm kept', ({ command, words, env }) => {
    const environment = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [`npm_config_${name}`, value]),
    );
    const [option = ''] = Object.keys(env);
    expect(swallowedOptions(command, words, environment)).toBe(
      `npm did not pass on --${option.replace('_', '-')}. Write: npx asterisk-callback ${command.name()} …`,
    );
  });

  it.each([
    { title: 'npm has kept nothing', words: [], env: {} },
    { title: 'npm has options of its own', words: [], env: { npm_config_yes: '', npm_config_json: 'true' } },
    { title: 'the option arrived', words: ['--settings', 'f'], env: { npm_config_settings: 'other' } },
    { title: 'the option arrived with "="', words: ['--settings=f'], env: { npm_config_settings: 'other' } },
  ])('says nothing when $title', ({ words, env }) => {
    expect(swallowedOptions(doctor, words, env)).toBeUndefined();
  });
});

describe('npm run without "--" before the options', () => {
  it.each([
    { args: ['doctor', '--settings', 'f.json'], option: '--settings' },
    { args: ['doctor', '--settings=f.json'], option: '--settings' },
    { args: ['settings', 'push', 'f.json', '--stage', 'prod'], option: '--stage' },
    { args: ['link', '--num', '+74951234567', '--route', 'sales'], option: '--num, --route' },
    { args: ['manager-conf', '--user=lambda', '--permit=10.0.0.1'], option: '--user, --permit' },
    { args: ['start', '--port', '8080'], option: '--port' },
  ])('ends $args with the command to write instead', async ({ args, option }) => {
    const { code, stderr } = await promisify(execFile)('npm', ['run', ...args], { cwd: ROOT }).then(
      () => ({ code: 0, stderr: '' }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );
    expect(stderr).toContain(`npm did not pass on ${option}. Write: npx asterisk-callback ${args[0]} …`);
    expect(code).toBe(1);
  });
});
