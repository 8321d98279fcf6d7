import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CallbackView } from '../lib/calls/callback.ts';
import { listCallbacks } from '../lib/calls/list-callbacks.ts';
import { parseListRequest } from '../lib/calls/list-request.ts';
import type { Services } from '../lib/calls/services.ts';
import { startEnvironment } from '../local/environment.ts';
import { lambdaContext } from '../local/lambda-event.ts';
import { describeCommand } from './command.ts';
import { findJsonMistake } from './json-mistake.ts';
import { endWithProblems } from './read-settings.ts';

interface Options {
  settings?: string;
}

export const command = describeCommand({
  name: 'event',
  description:
    'Invokes the function `event` on this machine with the event in a file, and prints the result. On AWS, EventBridge, SQS or another function does so.',
  examples: ['request.json', 'request.json --settings settings.json', '- < sqs-event.json'],
  notes: `The file contains a callback request, an EventBridge event or an SQS event. A callback request:
  {"to": "+74951234500", "agent": "3200", "wait": "completed"}
Without --settings, the phones of a simulator ring. The program keeps callbacks of a line in memory. It places those that are
due within a minute, and loses the others at its end. The exit status is 1 if the result is a problem, if SQS would deliver a
message again, or if the program loses a callback.`,
})
  .argument('<file>', 'a JSON file; - reads standard input')
  .option('--settings <file>', 'a JSON file of settings, as for start')
  .action(run);

async function run(file: string, { settings }: Options): Promise<void> {
  const event = await readEvent(file);
  const environment = await startEnvironment(settings).catch(endWithProblems(command, settings));
  // The function reads the environment when it is imported.
  const { handler } = await import('../functions/event.ts');
  await environment.watch.prepare(environment.settings.pbx);
  const result = await handler(event, lambdaContext(randomUUID(), FUNCTION_TIMEOUT_MS));
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = isGood(result) ? 0 : 1;
  if ('line' in result) console.error(WAITS);
  await environment.untilIdle();
  for (const { id, dueAt } of await waitingCallbacks(environment.services)) {
    console.error(`${id} is lost: it is due at ${dueAt}, and this program keeps no callbacks. ${KEEP}`);
    process.exitCode = 1;
  }
  await environment.close();
}

const WAITS =
  'The callback waits in its line. If it is due within a minute, the program places it and ends after its call. Ctrl-C ends the program at once, and a live call goes on.';

const KEEP =
  'Send the request to `npx asterisk-callback start --settings FILE --data FOLDER`, which keeps callbacks.';

/** Returns the callbacks of lines that have no live call and are not over. */
async function waitingCallbacks(services: Services): Promise<CallbackView[]> {
  const options = { principal: 'owner', mayUseRoute: () => true };
  const { callbacks } = await listCallbacks(services, parseListRequest({ limit: 100 }), options);
  return callbacks.filter(({ line, status }) => line !== undefined && /^(scheduled|queued)$/.test(status));
}

/** The timeout of the function `event` in serverless.yml. */
const FUNCTION_TIMEOUT_MS = 300_000;

async function readEvent(file: string): Promise<unknown> {
  const text = await read(file).catch(({ code }: NodeJS.ErrnoException) =>
    command.error(`${file} cannot be read (${code}). Check the path.`),
  );
  const mistake = findJsonMistake(text);
  if (mistake)
    return command.error(
      `${file}:${mistake.line}:${mistake.column} is not valid JSON. Write names and texts in double quotes, and no comma after the last item.`,
    );
  return JSON.parse(text);
}

async function read(file: string): Promise<string> {
  if (file !== '-') return await readFile(file, 'utf8');
  process.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

const isGood = (result: object): boolean =>
  'batchItemFailures' in result
    ? Array.isArray(result.batchItemFailures) && result.batchItemFailures.length === 0
    : 'id' in result;
