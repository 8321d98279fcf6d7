import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

type Environment = Readonly<Record<string, string>>;

/** Loads a bundle as Lambda does. Returns its answer over IPC, because standard output carries the log. */
const INVOKE = `
  const [file, event, remainingMs] = process.argv.slice(1);
  const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => Number(remainingMs) };
  require(file).handler(JSON.parse(event), context).then((answer) => {
    process.send({ answer, files: Object.keys(require.cache) }, () => process.exit(0));
  });
`;

/**
 * Invokes a bundle once in a process that has only this environment. `log` is what CloudWatch would receive, `files` are
 * those that it has loaded.
 */
export async function invoke(bundle: string, event: unknown, env: Environment, remainingMs = 10_000) {
  const args = ['-e', INVOKE, bundle, JSON.stringify(event), String(remainingMs)];
  const child = spawn(process.execPath, args, {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let result: { answer: unknown; files: string[] } | undefined;
  child.once('message', (message: typeof result) => {
    result = message;
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  await once(child, 'close');
  if (result === undefined) throw new Error(`The bundle gave no answer: ${log}`);
  return { ...result, log };
}

/** Loads a bundle and does nothing else. The process must end by itself. */
export async function loadOnly(bundle: string, env: Environment) {
  const child = spawn(process.execPath, ['-e', 'require(process.argv[1])', bundle], {
    env: { ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [errors, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { status, errors };
}
