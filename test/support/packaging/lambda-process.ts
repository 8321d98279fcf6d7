import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

type Environment = Readonly<Record<string, string>>;

/** Loads a bundle as Lambda does and hands its answer over by another way than standard output, where the log goes. */
const INVOKE = `
  const [file, event] = process.argv.slice(1);
  const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 10_000 };
  require(file).handler(JSON.parse(event), context).then((answer) => process.send(answer, () => process.exit(0)));
`;

/** One invocation in a process with nothing but this environment; `log` is what CloudWatch would get. */
export async function invoke(bundle: string, event: unknown, env: Environment) {
  const child = spawn(process.execPath, ['-e', INVOKE, bundle, JSON.stringify(event)], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let answer: unknown;
  child.once('message', (message) => {
    answer = message;
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  await once(child, 'close');
  if (answer === undefined) throw new Error(`The bundle gave no answer: ${log}`);
  return { answer, log };
}

/** What comes of loading a bundle and no more: it must end by itself. */
export async function loadOnly(bundle: string, env: Environment) {
  const child = spawn(process.execPath, ['-e', 'require(process.argv[1])', bundle], {
    env: { ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [errors, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { status, errors };
}
