import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../../cli/asterisk-callback.js', import.meta.url));
const SHIFTED_CLOCK = new URL('shifted-clock.ts', import.meta.url).href;

/** A process of `npm start`. */
export interface StartedProcess extends AsyncDisposable {
  url: string;
  /** Ends it at once, as the kernel does when memory is short. */
  kill(): Promise<void>;
  /** Ends it as Ctrl-C does. */
  end(): Promise<void>;
  /** Makes it stand still. */
  freeze(): void;
  thaw(): void;
}

/**
 * Starts `npm start` with these options on a free port, and waits until it serves.
 *
 * @param clockShiftMs How much later than now the process lives.
 */
export async function startProcess(
  options: readonly string[],
  clockShiftMs = 0,
  environment: Record<string, string> = {},
): Promise<StartedProcess> {
  const preload = clockShiftMs === 0 ? [] : ['--import', SHIFTED_CLOCK];
  const child = spawn(process.execPath, [...preload, SCRIPT, 'start', '--port', '0', ...options], {
    env: { ...process.env, ...environment, CLOCK_SHIFT_MS: String(clockShiftMs) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: string): void => {
      output += text;
      const [, served] = /served on (http:\S+)/.exec(output) ?? [];
      if (served) resolve(served);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read);
    exited.then(() => reject(new Error(`it ended: ${output}`)));
  });
  return {
    url,
    kill,
    end: async () => {
      child.kill('SIGTERM');
      await exited;
    },
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    [Symbol.asyncDispose]: kill,
  };
}
