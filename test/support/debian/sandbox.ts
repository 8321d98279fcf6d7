import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('sandbox.sh', import.meta.url));

export interface Sandbox {
  /** What the command wrote on stderr so far; tells why it did not come up. */
  output(): string;
  exited(): boolean;
  /** Resolves when every process inside is gone. */
  stop(): Promise<void>;
}

/**
 * Runs a command in a chroot on `root`, with mounts and processes of its own.
 *
 * Nothing outlives us, not even on SIGKILL: `setpriv` has the kernel kill `unshare` when we die, `--kill-child` the
 * first process of the PID namespace with it; that ends all others in there, and the mounts go with the last of them.
 */
export function runInSandbox(root: string, dir: string, command: string[]): Sandbox {
  const namespace = ['unshare', '--mount', '--pid', '--uts', '--fork', '--kill-child'];
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', ...namespace, 'sh', script, root, dir, ...command],
    // detached: Ctrl-C in the terminal reaches us alone, and we stop the sandbox
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-20_000);
  });
  child.on('error', (error) => {
    output += error.message;
  });
  return {
    output: () => output,
    exited: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.stderr?.closed) return;
  // `close` rather than `exit`: the pipe is held by every process in the sandbox until the last one is gone
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
