import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { PROGRAM } from './command.ts';
import { swallowedOptions } from './swallowed-options.ts';
import { endWithPipe } from './terminal.ts';

interface Entry {
  summary: string;
  /** Imports the command. Only the command that runs is loaded. */
  load: () => Promise<{ command: Command }>;
  /** Whether the command prints the log lines of the functions. */
  logs?: true;
}

/** Every command, in the order of `--help`. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  start: {
    summary: 'serve callbacks on this machine, with a simulator or your own Asterisk',
    load: () => import('./start.ts'),
    logs: true,
  },
  event: {
    summary: 'invoke the function `event` with the event in a file',
    load: () => import('./event.ts'),
    logs: true,
  },
  asterisk: {
    summary: 'run a real Asterisk with simulated phones on this machine',
    load: () => import('./asterisk.ts'),
  },
  'manager-conf': {
    summary: 'print the configuration for your Asterisk, and settings that match it',
    load: () => import('./manager-conf.ts'),
  },
  doctor: {
    summary: 'check settings, PBX and dialplan; rings no phone',
    load: () => import('./doctor.ts'),
  },
  settings: {
    summary: 'check a settings file, compare it with a stage, write it to a stage',
    load: () => import('./settings.ts'),
  },
  callbacks: {
    summary: 'list, show, cancel and erase callbacks',
    load: () => import('./callbacks.ts'),
  },
  lines: {
    summary: 'list, show and pause lines (queues of callbacks)',
    load: () => import('./lines.ts'),
  },
  agents: {
    summary: 'list, show and pause the agents of lines',
    load: () => import('./agents.ts'),
  },
  limits: {
    summary: 'show how much of each limit is used',
    load: () => import('./limits.ts'),
  },
  'do-not-call': {
    summary: 'add, remove and list numbers that nobody may call',
    load: () => import('./do-not-call.ts'),
  },
  'call-file': {
    summary: 'translate a call file of Asterisk into a callback request',
    load: () => import('./call-file.ts'),
  },
  link: {
    summary: 'print a signed link that places a callback',
    load: () => import('./link.ts'),
  },
};

/** Runs the command that the words of the command line name. */
export async function run(words: readonly string[]): Promise<void> {
  endWithPipe();
  const program = new Command(PROGRAM)
    .description('Tools for click-to-call with Asterisk on AWS Lambda.')
    .version(packageJson.version)
    // Options after a command belong to the command: `asterisk --version 16`.
    .enablePositionalOptions();
  const wanted = words[0] === 'help' ? words[1] : words[0];
  if (wanted !== undefined && !COMMANDS[wanted]?.logs) silenceFunctions();
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = name === wanted ? (await load()).command : new Command(name);
    program.addCommand(command.summary(summary));
    const hint = name === wanted && swallowedOptions(command, words.slice(1), process.env);
    if (hint) command.error(hint);
  }
  program.addHelpText('after', `\n${PROGRAM} help <command> shows the options of a command, with examples.`);
  await program.parseAsync(words, { from: 'user' });
}

/** Keeps the log lines and metrics of the functions out of the output, which may be JSON. Call this before they are imported. */
function silenceFunctions(): void {
  process.env['LOG_LEVEL'] ??= 'WARN';
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
}
