import { Option } from 'commander';
import { mapMistakes } from '../lib/webhooks/map-mistakes.ts';
import { demoRequests, requestToComplete, whatIsServed } from '../local/announce.ts';
import { startEnvironment } from '../local/environment.ts';
import { LocalStoreError, type LocalStoreOptions } from '../local/local-store.ts';
import type { Listening } from '../local/loopback.ts';
import { startServer } from '../local/server.ts';
import { untilEnded } from '../local/until-ended.ts';
import { describeCommand } from './command.ts';
import { parseListenPort } from './options.ts';
import { endWithProblems } from './read-settings.ts';

/** How long the program waits for the logoff at the PBX before it ends. */
const GOODBYE_MS = 1000;

const MAY_PLACE_A_CALL = /^\/(callback|webhooks\/)/;

interface Options extends LocalStoreOptions {
  settings?: string;
  port: number;
}

export const command = describeCommand({
  name: 'start',
  description:
    'Serves callbacks on this machine, until Ctrl-C. Other machines cannot connect. Without options, the phones of a simulator ring.',
  examples: ['', '--port 8080', '--settings settings.json --data ./data'],
  notes: `A settings file names parameters as Parameter Store does, without the path. If you change the file, the next
request uses the new settings. Example:
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
    'a JSON file of settings; without a PBX in the file, the phones of a simulator ring',
  )
  .option('--data <folder>', 'keep the callbacks in a SQLite database in this folder (default: in memory)')
  .addOption(
    new Option('--dynamodb <url>', 'keep the callbacks in this DynamoDB; creates a missing table').conflicts(
      'data',
    ),
  )
  .option('--port <port>', 'the port on 127.0.0.1; 0 chooses a free port', parseListenPort, 3000)
  .action(run);

async function run({ settings: file, port, ...storeOptions }: Options): Promise<void> {
  const environment = await startEnvironment(file, storeOptions).catch((error: unknown) => {
    if (error instanceof LocalStoreError) return command.error(error.message);
    return endWithProblems(command, file)(error);
  });
  // The functions read the environment when they are imported.
  const { functionRoutes } = await import('../local/function-routes.ts');
  const { settings, simulatorUrl, demoSecret, watch, services } = environment;
  const before = async (path: string): Promise<void> => {
    await environment.refresh();
    if (!MAY_PLACE_A_CALL.test(path)) return;
    const { pbx } = await services.settings.get().catch(() => ({ pbx: {} }));
    await watch.prepare(pbx);
  };
  const server = await listen(port, () => startServer({ functionRoutes, port, before }));

  const url = `http://localhost:${server.port}`;
  for (const mistake of mapMistakes(settings)) console.error(mistake);
  const requests =
    file === undefined ? demoRequests(url, demoSecret) : requestToComplete(url, file, settings, simulatorUrl);
  console.log(`${whatIsServed(url, settings, simulatorUrl)}\n\n${requests}\n`);

  untilEnded(async () => {
    setTimeout(() => process.exit(0), GOODBYE_MS);
    await server.close();
    await environment.close();
    process.exit(0);
  });
}

async function listen(port: number, start: () => Promise<Listening>): Promise<Listening> {
  try {
    return await start();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      return command.error(
        `Port ${port} is in use. Stop the program that listens there, or choose another port with --port N.`,
      );
    if (code === 'EACCES')
      return command.error(
        `This user may not listen on port ${port}. Choose a port above 1023 with --port N.`,
      );
    throw error;
  }
}
