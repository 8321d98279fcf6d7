import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { SettingsError } from '../lib/settings/errors.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import { demoRequests, requestToComplete, whatIsServed } from './announce.ts';
import { pretendAws, SETTINGS_PATH } from './aws.ts';
import { defaultSettings } from './default-settings.ts';
import { startParameterStore } from './parameter-store.ts';
import { type LocalServer, startServer } from './server.ts';
import { followSettingsFile, problemLines, readSettingsFile, type SettingsFile } from './settings-file.ts';
import { DEFAULTS, startSimulator } from './simulator/index.ts';

/** For logging off a PBX that may not answer. */
const GOODBYE_MS = 1000;

interface Options {
  settings?: string;
  port: number;
}

const command = new Command('npm start --')
  .description(
    'Serves the functions on this machine alone, until Ctrl-C: without options, a simulator rings.',
  )
  .option('--settings <file>', 'a JSON object of settings: rings the phones of the Asterisk that it names')
  .option('--port <port>', 'where to listen on 127.0.0.1; 0 takes a free port', parsePort, 3000)
  .addHelpText(
    'after',
    `
Examples:
  npm start
  npm start -- --port 8080
  npm start -- --settings settings.json

A settings file has the names that Parameter Store has, without the path; changes count from the next request:
  {
    "pbx/main/url": "https://pbx.example.com:8089",
    "pbx/main/username": "callback",
    "pbx/main/secret": "…",
    "routes/default": {"channel": "PJSIP/{agent}", "context": "from-internal", "to": {"country": "RU", "allow": ["+7"]}},
    "keys/web": {"secret": "…"}
  }`,
  )
  .action(run);
await command.parseAsync();

async function run({ settings: file, port }: Options): Promise<void> {
  const started = file === undefined ? await withSimulator() : await withFile(file);
  const { flat, settings } = started;
  const store = await startParameterStore(SETTINGS_PATH, flat);
  pretendAws(store.url);
  // Metrics are lines for CloudWatch; here they would only hide what is logged.
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
  // Not before: they look at the environment while they load.
  const { doors } = await import('./doors.ts');
  const { switchboard } = await import('../functions/switchboard.ts');
  const before = file === undefined ? {} : { before: followSettingsFile(file, store, flat) };
  const server = await listen(port, () => startServer({ doors, port, ...before }));

  const url = `http://localhost:${server.port}`;
  console.log(`${whatIsServed(url, settings, file === undefined)}\n\n${started.requests(url)}\n`);

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      setTimeout(() => process.exit(0), GOODBYE_MS);
      await server.close();
      await switchboard.sessions.close();
      await Promise.all([started.close(), store.close()]);
      process.exit(0);
    });
  }
}

/** The settings to serve, what to try on them, and what is to be closed after all else. */
interface Start extends SettingsFile {
  requests: (url: string) => string;
  close: () => Promise<void>;
}

async function withSimulator(): Promise<Start> {
  const simulator = await startSimulator();
  // Fresh at each start: what has once been printed opens nothing later.
  const secret = randomBytes(18).toString('base64url');
  const flat = defaultSettings(simulator.url, DEFAULTS.users[0], secret);
  return {
    flat,
    settings: parseSettings(flat),
    requests: (url) => demoRequests(url, secret),
    close: () => simulator.close(),
  };
}

async function withFile(file: string): Promise<Start> {
  try {
    const read = await readSettingsFile(file);
    return { ...read, requests: (url) => requestToComplete(url, read.settings), close: async () => {} };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return command.error(`${file} cannot be used:\n${problemLines(error)}`);
  }
}

async function listen(port: number, start: () => Promise<LocalServer>): Promise<LocalServer> {
  try {
    return await start();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      return command.error(`Port ${port} is in use: end what listens there, or take another with --port N.`);
    if (code === 'EACCES')
      return command.error(`Port ${port} may not be used by this user: take one from 1024 on with --port N.`);
    throw error;
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}
