import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Measured {
  answer: { statusCode: number; body: string };
  /** What was written to standard output and standard error. */
  log: string;
  /** Processor time of the invocation, without loading the bundle. */
  cpuMs: number;
  /** The most memory that the process ever had. */
  rssMb: number;
  /** How long the invocation took. */
  ms: number;
}

const INVOKE = `
  const [file, event, ms] = process.argv.slice(1);
  const { handler } = require(file);
  const started = Date.now();
  const end = started + Number(ms);
  const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => end - Date.now() };
  const before = process.cpuUsage();
  handler(JSON.parse(event), context).then((answer) => {
    const { user, system } = process.cpuUsage(before);
    const rssMb = process.resourceUsage().maxRSS / 1024;
    const measured = { answer, cpuMs: (user + system) / 1000, rssMb, ms: Date.now() - started };
    process.send(measured, () => process.exit(0));
  });
`;

/** Invokes a bundled function in a process of its own, with so much memory as a Lambda function of 512 MB has. */
export async function invokeMeasured(
  bundle: string,
  event: unknown,
  { env, timeoutMs }: { env: Readonly<Record<string, string>>; timeoutMs: number },
): Promise<Measured> {
  const args = ['--max-old-space-size=400', '-e', INVOKE, bundle, JSON.stringify(event), String(timeoutMs)];
  const child = spawn(process.execPath, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let measured: Omit<Measured, 'log'> | undefined;
  child.once('message', (message) => {
    measured = message as typeof measured;
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  const killer = setTimeout(() => child.kill('SIGKILL'), timeoutMs + 10_000);
  await once(child, 'close');
  clearTimeout(killer);
  if (!measured) throw new Error(`The function gave no answer: ${log.slice(0, 2000)}`);
  return { ...measured, log };
}
