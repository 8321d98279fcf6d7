import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Artifact } from './artifacts.ts';
import { startRuntimeApi } from './runtime-api.ts';

interface FunctionOptions {
  /** The path of the runtime client. */
  client: string;
  /** The AWS variables: endpoint, region and credentials. */
  aws: Readonly<Record<string, string>>;
}

/** Runs a packaged function in Lambda's runtime client, with Lambda's environment. */
export async function startFunction(
  { name, folder, handler, timeoutSeconds, memoryMb, env }: Artifact,
  { client, aws }: FunctionOptions,
) {
  const api = await startRuntimeApi(name, timeoutSeconds * 1000);
  // The kernel ends it when this process dies.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, client, handler], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      TZ: ':UTC',
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: handler,
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'test',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: 'INFO',
      ...aws,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  const closed = once(child, 'close').then(
    () => api.fail(new Error(`the runtime of ${name} is gone`)),
    (error: Error) => api.fail(error),
  );
  return {
    /** Returns the handler's answer, as Lambda would. */
    async invoke(event: unknown): Promise<unknown> {
      const late = setTimeout(() => api.fail(new Error('Task timed out')), timeoutSeconds * 1000);
      try {
        return await api.invoke(event);
      } catch (error) {
        throw new Error(`${name} gave no answer; its log:\n${log}`, { cause: error });
      } finally {
        clearTimeout(late);
      }
    },
    /** What CloudWatch would receive. */
    log: () => log,
    async stop(): Promise<void> {
      child.kill('SIGKILL');
      await closed;
      api.close();
    },
  };
}
