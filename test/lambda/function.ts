import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFunction } from '../../tools/bundle/bundle.ts';
import { startRuntimeApi } from './runtime-api.ts';

interface FunctionOptions {
  name: string;
  timeoutSeconds: number;
  /** The runtime client's program. */
  client: string;
  /** A folder to be the function's own. */
  folder: string;
  env: Readonly<Record<string, string>>;
}

/** Runs a bundle in Lambda's runtime client, alone in its folder as in its artifact, and with Lambda's environment. */
export async function startFunction({ name, timeoutSeconds, client, folder, env }: FunctionOptions) {
  const handler = `dist/functions/${name}`;
  // as `npm run build` makes it, but not in its folder, which another run may be emptying
  const { file } = await bundleFunction(name, join(folder, 'dist/functions'));
  await rm(`${file}.map`);
  const api = await startRuntimeApi(name, timeoutSeconds * 1000);
  // nothing outlives us
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, client, `${handler}.handler`], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      TZ: ':UTC',
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: `${handler}.handler`,
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'test',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: 'INFO',
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
    /** The handler's answer, as Lambda would hand it on. */
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
    /** What CloudWatch would get. */
    log: () => log,
    async stop(): Promise<void> {
      child.kill('SIGKILL');
      await closed;
      api.close();
    },
  };
}
