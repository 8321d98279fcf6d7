import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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
    'Invokes the function `event` on this machine with the event in a file, as EventBridge, SQS or another function does on AWS, and prints its result.',
  examples: ['request.json', 'request.json --settings settings.json', '- < sqs-event.json'],
  notes: `The file has a callback request, an EventBridge event or an SQS event:
  {"to": "+74951234500", "agent": "3200", "wait": "completed"}
Without --settings, the call rings in a simulator. The exit status is 1 if the result is a problem, or if a message of a
queue is to be delivered again. Callbacks of a line are called before the program ends, if they are due within a minute. Later
ones are lost, because they are only kept in memory.`,
})
  .argument('<file>', 'a JSON file, or - for standard input')
  .option('--settings <file>', 'a JSON file of settings, as for start')
  .action(run);

async function run(file: string, { settings }: Options): Promise<void> {
  const event = await readEvent(file);
  const environment = await startEnvironment(settings).catch(endWithProblems(command, settings));
  // Imported late, because the function reads the environment while it loads.
  const { handler } = await import('../functions/event.ts');
  await environment.watch.prepare(environment.settings.pbx);
  const result = await handler(event, lambdaContext(randomUUID(), FUNCTION_TIMEOUT_MS));
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = isGood(result) ? 0 : 1;
  if ('line' in result) console.error(WAITS);
  await environment.untilIdle();
  await environment.close();
}

const WAITS =
  'The callback waits in its line. The program ends when its calls have ended. Ctrl-C ends it at once; calls that live go on.';

/** As serverless.yml has it for the function `event`. */
const FUNCTION_TIMEOUT_MS = 300_000;

async function readEvent(file: string): Promise<unknown> {
  const text = await read(file).catch(({ code }: NodeJS.ErrnoException) =>
    command.error(`${file} cannot be read (${code}). Check its path.`),
  );
  const mistake = findJsonMistake(text);
  if (mistake) return command.error(`${file}:${mistake.line}:${mistake.column} is not valid JSON.`);
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
