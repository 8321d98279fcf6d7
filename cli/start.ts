import { randomBytes } from 'node:crypto';
import { Option } from 'commander';
import { parseSettings } from '../lib/settings/parse-settings.ts';
import { SettingsError } from '../lib/settings/settings-error.ts';
import { retentionDays } from '../lib/store/open-store.ts';
import type { Store } from '../lib/store/store.ts';
import { mapMistakes } from '../lib/webhooks/map-mistakes.ts';
import { demoRequests, requestToComplete, whatIsServed } from '../local/announce.ts';
import { pretendAws, SETTINGS_PATH } from '../local/aws.ts';
import { defaultSettings } from '../local/default-settings.ts';
import { type LocalStoreOptions, openLocalStore } from '../local/local-store.ts';
import { startParameterStore } from '../local/parameter-store.ts';
import { type LocalServer, startServer } from '../local/server.ts';
import {
  followSettingsFile,
  problemLines,
  readSettingsFile,
  type SettingsFile,
} from '../local/settings-file.ts';
import { type SimulatorOnDemand, simulatorOnDemand } from '../local/simulator-on-demand.ts';
import { untilEnded } from '../local/until-ended.ts';
import { describeCommand } from './command.ts';
import { parseListenPort } from './options.ts';

/** For logging off a PBX that may not answer. */
const GOODBYE_MS = 1000;

interface Options extends LocalStoreOptions {
  settings?: string;
  port: number;
}

export const command = describeCommand({
  name: 'start',
  description:
    'Serves the functions on this machine only, until Ctrl-C. Without options, calls ring in a simulator.',
  examples: ['', '--port 8080', '--settings settings.json --data ./data'],
  notes: `A settings file has the names that Parameter Store has, without the path. Changes take effect with the next request:
  {
    "pbx/main/url": "https://pbx.example.com:8089",
    "pbx/main/username": "callback",
    "pbx/main/secret": "…",
    "routes/default": {"channel": "PJSIP/{agent}", "context": "from-internal", "to": {"country": "RU", "allow": ["+7"]}},
    "keys/web": {"secret": "…"}
  }`,
})
  .option(
    '--settings <file>',
    'a JSON file of settings: rings the phones of the Asterisk that it names, or the simulator if it names none',
  )
  .option(
    '--data <folder>',
    'keeps the callbacks in a SQLite database there; without it they are kept in memory',
  )
  .addOption(
    new Option(
      '--dynamodb <url>',
      'keeps the callbacks in a DynamoDB, in a table that it makes where it is missing',
    ).conflicts('data'),
  )
  .option('--port <port>', 'the port on 127.0.0.1; 0 takes a free one', parseListenPort, 3000)
  .action(run);

async function run({ settings: file, port, ...storeOptions }: Options): Promise<void> {
  const simulator = simulatorOnDemand();
  const started = file === undefined ? await withDefaults(simulator) : await withFile(file, simulator);
  const { flat, settings } = started;
  const store = await startParameterStore(SETTINGS_PATH, flat);
  pretendAws(store);
  // Metrics are lines for CloudWatch. Here they would hide the log.
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
  // Imported late, because the functions read the environment while they load.
  const { doors } = await import('../local/doors.ts');
  const { services } = await import('../lib/calls/services.ts');
  const records = await openStore(storeOptions);
  services.store = async () => records;
  const before = file === undefined ? {} : { before: followSettingsFile(file, store, flat, simulator.pbx) };
  const server = await listen(port, () => startServer({ doors, port, ...before }));

  const url = `http://localhost:${server.port}`;
  for (const mistake of mapMistakes(settings)) console.error(mistake);
  console.log(`${whatIsServed(url, settings, simulator.url())}\n\n${started.requests(url)}\n`);

  untilEnded(async () => {
    setTimeout(() => process.exit(0), GOODBYE_MS);
    await server.close();
    await services.sessions.close();
    await Promise.all([simulator.close(), store.close(), records.close()]);
    process.exit(0);
  });
}

/** The settings to serve, and example requests for them. */
interface Start extends SettingsFile {
  requests: (url: string) => string;
}

async function withDefaults(simulator: SimulatorOnDemand): Promise<Start> {
  // A new secret at each start: what one start prints gives no access to the next.
  const secret = randomBytes(18).toString('base64url');
  const flat = { ...(await simulator.pbx()), ...defaultSettings(secret) };
  return { flat, settings: parseSettings(flat), requests: (url) => demoRequests(url, secret) };
}

async function withFile(file: string, simulator: SimulatorOnDemand): Promise<Start> {
  try {
    const read = await readSettingsFile(file, simulator.pbx);
    return { ...read, requests: (url) => requestToComplete(url, file, read.settings) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return command.error(`${file} cannot be used:\n${problemLines(error)}`);
  }
}

async function openStore(options: LocalStoreOptions): Promise<Store> {
  try {
    return await openLocalStore({ ...options, retentionDays: retentionDays(process.env) });
  } catch (error) {
    const where =
      options.dynamodb === undefined ? `--data ${options.data}` : `--dynamodb ${options.dynamodb}`;
    return command.error(
      `${where} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
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
