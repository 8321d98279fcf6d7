import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Ran {
  status: number;
  stdout: string;
  /** Both streams, as somebody at a terminal sees them. */
  output: string;
}

/** Runs a command of `asterisk-callback` in a shell that is set up for no AWS account. */
export async function runTool(
  name?: string,
  args: readonly string[] = [],
  more: { env?: Record<string, string> } = {},
): Promise<Ran> {
  const script = fileURLToPath(new URL('../../../cli/asterisk-callback.js', import.meta.url));
  const own = Object.entries(process.env).filter(([key]) => !/^AWS_|^(FORCE|NO)_COLOR$/.test(key));
  const env = { ...Object.fromEntries(own), AWS_EC2_METADATA_DISABLED: 'true', ...more.env };
  const child = spawn(process.execPath, [script, ...(name === undefined ? [] : [name]), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [status] = await once(child, 'close');
  return { status, stdout, output };
}
