import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { readArguments } from '../cli/tool.ts';
import { parseSettings } from '../lib/settings/parse-settings.ts';
import { SettingsError } from '../lib/settings/settings-error.ts';
import { mapMistakes } from '../lib/webhooks/jsonata/mistakes.ts';
import { demoRequests, requestToComplete, whatIsServed } from './announce.ts';
import { pretendAws, SETTINGS_PATH } from './aws.ts';
import { defaultSettings, simulatedPbx } from './default-settings.ts';
import { startParameterStore } from './parameter-store.ts';
import { type LocalServer, startServer } from './server.ts';
import { followSettingsFile, problemLines, readSettingsFile, type SettingsFile } from './settings-file.ts';
import { DEFAULTS, startSimulator } from './simulator/index.ts';
import { untilEnded } from './until-ended.ts';

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
  .option(
    '--settings <file>',
    'a JSON object of settings: rings the phones of the Asterisk that it names, or the simulator if it names none',
  )
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
await readArguments(command);

async function run({ settings: file, port }: Options): Promise<void> {
  const simulator = await startSimulator();
  const started = file === undefined ? withDefaults(simulator.url) : await withFile(file, simulator.url);
  const { flat, settings } = started;
  const store = await startParameterStore(SETTINGS_PATH, flat);
  pretendAws(store.url);
  // Metrics are lines for CloudWatch; here they would only hide what is logged.
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
  // Not before: they look at the environment while they load.
  const { doors } = await import('./doors.ts');
  const { switchboard } = await import('../lib/calls/services.ts');
  const before =
    file === undefined
      ? {}
      : { before: followSettingsFile(file, store, flat, simulatedPbx(simulator.url, DEFAULTS.users[0])) };
  const server = await listen(port, () => startServer({ doors, port, ...before }));

  const url = `http://localhost:${server.port}`;
  for (const mistake of mapMistakes(settings)) console.error(mistake);
  console.log(`${whatIsServed(url, settings, simulator.url)}\n\n${started.requests(url)}\n`);

  untilEnded(async () => {
    setTimeout(() => process.exit(0), GOODBYE_MS);
    await server.close();
    await switchboard.sessions.close();
    await Promise.all([simulator.close(), store.close()]);
    process.exit(0);
  });
}

/** The settings to serve, and what to try on them. */
interface Start extends SettingsFile {
  requests: (url: string) => string;
}

function withDefaults(simulatorUrl: string): Start {
  // Fresh at each start: what has once been printed opens nothing later.
  const secret = randomBytes(18).toString('base64url');
  const flat = { ...simulatedPbx(simulatorUrl, DEFAULTS.users[0]), ...defaultSettings(secret) };
  return { flat, settings: parseSettings(flat), requests: (url) => demoRequests(url, secret) };
}

async function withFile(file: string, simulatorUrl: string): Promise<Start> {
  try {
    const read = await readSettingsFile(file, simulatedPbx(simulatorUrl, DEFAULTS.users[0]));
    return { ...read, requests: (url) => requestToComplete(url, file, read.settings) };
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
