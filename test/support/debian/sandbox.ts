import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('sandbox.sh', import.meta.url));

export interface Sandbox {
  /** Returns what the command has written to stderr, such as the reason why it did not start. */
  output(): string;
  exited(): boolean;
  /** Resolves when every process inside is gone. */
  stop(): Promise<void>;
}

/**
 * Runs a command in a chroot on `root`, with its own mounts and processes.
 *
 * Nothing outlives this process, even after SIGKILL. `setpriv` makes the kernel kill `unshare`, and `--kill-child` kills the
 * first process of the PID namespace with it. That ends all other processes in it, and the last one releases the mounts.
 */
export function runInSandbox(root: string, dir: string, command: string[]): Sandbox {
  const namespace = ['unshare', '--mount', '--pid', '--uts', '--fork', '--kill-child'];
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', ...namespace, 'sh', script, root, dir, ...command],
    // Detached: Ctrl-C in the terminal reaches only this process, which then stops the sandbox.
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
  // `close` rather than `exit`: every process in the sandbox holds the pipe until the last one is gone.
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
