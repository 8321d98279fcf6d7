import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asteriskRoot } from '../asterisk/pbx.ts';
import type { AsteriskVersion } from '../asterisk/types.ts';
import { runInSandbox } from '../debian/sandbox.ts';

export interface StockPbx extends AsyncDisposable {
  /** Its /etc/asterisk. */
  etc: string;
  /** Runs commands in its shell as root, in the folder `pbx` of its /etc/asterisk. Throws with their output if one fails. */
  run(commands: string): Promise<void>;
}

/**
 * Starts an Asterisk with the configuration of Debian's package, as somebody has it who has just installed it.
 *
 * @param edit Changes its /etc/asterisk before the start.
 */
export async function startStockPbx(
  version: AsteriskVersion,
  edit: (etc: string) => Promise<void> = async () => undefined,
): Promise<StockPbx> {
  const root = await asteriskRoot(version);
  const dir = await mkdtemp(join(tmpdir(), `asterisk-callback-${process.pid}-`));
  const etc = join(dir, 'etc');
  for (const name of ['log', 'merged']) await mkdir(join(dir, name));
  await cp(join(root, 'etc/asterisk'), etc, { recursive: true });
  await mkdir(join(etc, 'pbx'));
  await edit(etc);
  // Commands come as numbered files, because nothing else connects to a sandbox.
  const shell = `asterisk -f -n &
until asterisk -rx 'core waitfullybooted' >/dev/null 2>&1; do sleep 0.1; done
cd /etc/asterisk/pbx
n=1
while true; do
  while ! [ -e "ready-$n" ]; do sleep 0.1; done
  if sh -eu "commands-$n" >"output-$n" 2>&1; then touch "done-$n"; else touch "failed-$n"; fi
  n=$((n + 1))
done`;
  const sandbox = runInSandbox(root, dir, ['sh', '-c', shell]);
  let ran = 0;
  return {
    etc,
    run: async (commands) => {
      const n = ++ran;
      const file = (name: string) => join(etc, 'pbx', `${name}-${n}`);
      await writeFile(file('commands'), commands);
      await writeFile(file('ready'), '');
      const read = (name: string) => readFile(file(name), 'utf8').catch(() => undefined);
      const deadline = Date.now() + 40_000;
      while ((await read('done')) === undefined) {
        const failed = (await read('failed')) !== undefined || sandbox.exited() || Date.now() > deadline;
        if (failed)
          throw new Error(`${(await read('output')) ?? 'no output'}\n${sandbox.output().slice(-2000)}`);
        await sleep(50);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.stop();
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
