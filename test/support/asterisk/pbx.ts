import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { udpIsFree } from '../debian/ports.ts';
import { debianRoot } from '../debian/roots.ts';
import { runInSandbox, type Sandbox } from '../debian/sandbox.ts';
import { configure, type EditFile } from './configure.ts';
import { startPhones } from './phones.ts';
import type { AsteriskVersion, Certificates, Pbx } from './types.ts';
import { watchEvents } from './watch-events.ts';

/** The Debian releases that carry the two Asterisk versions. */
const RELEASES: Record<AsteriskVersion, string> = { '22': 'forky', '16': 'bullseye' };

/** Returns the folder with Debian's Asterisk and sipp in it (400 MB). */
export const asteriskRoot = (version: AsteriskVersion): Promise<string> =>
  debianRoot(`asterisk-${version}`, RELEASES[version], 'asterisk,sip-tester');

export interface RunningPbx {
  pbx: Pbx;
  /** The PBX's own folder. Other users cannot read it, and `stop` removes it. */
  dir: string;
  stop(): Promise<void>;
}

interface PbxOptions {
  /** @default a free port */
  httpPort?: number;
  /** Changes the configuration that all tests share. */
  edit?: EditFile;
  /** Returns whether it is up, if that configuration lacks the tests' own user or a web listener. */
  answers?: (pbx: Pbx) => Promise<boolean>;
}

/** Starts a real Asterisk and its phones. Resolves when they are ready. */
export async function startPbx(
  version: AsteriskVersion,
  certificates: Certificates,
  options: PbxOptions = {},
): Promise<RunningPbx> {
  const root = await asteriskRoot(version);
  // The process id in the name lets the next run remove what a killed one left.
  const dir = await mkdtemp(join(tmpdir(), `asterisk-callback-${process.pid}-`));
  const pbx = await configure(root, dir, version, certificates, options);
  const sandboxes: Sandbox[] = [];
  const stop = async () => {
    await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const asterisk = runInSandbox(root, dir, ['asterisk', '-f', '-n']);
    sandboxes.push(asterisk);
    const phones = await startPhones(root, dir, pbx.phonesPort);
    sandboxes.push(phones);
    await ready(pbx, asterisk, phones, options.answers ?? answers);
    return { pbx, dir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until Asterisk has booted, both of its web listeners answer, and the phones listen. */
async function ready(
  pbx: Pbx,
  asterisk: Sandbox,
  phones: Sandbox,
  isUp: (pbx: Pbx) => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isUp(pbx))) {
    const dead = [asterisk, phones].some((sandbox) => sandbox.exited());
    if (dead || Date.now() > deadline) {
      const log = await readFile(pbx.logFile, 'utf8').catch(() => '');
      const said = `${asterisk.output()}${phones.output()}${log}`.slice(-4_000);
      throw new Error(`Asterisk ${pbx.version} did not come up:\n${said}`);
    }
    await sleep(50);
  }
}

async function answers(pbx: Pbx): Promise<boolean> {
  try {
    await using watcher = await watchEvents(pbx);
    await watcher.waitFor((event) => event['Event'] === 'FullyBooted', 20_000);
    const reply = await fetch(`${pbx.httpUrl}/rawman?action=logoff`);
    const tls = connect({ host: '127.0.0.1', port: Number(new URL(pbx.httpsUrl).port), ca: pbx.ca });
    await once(tls, 'secureConnect').finally(() => tls.destroy());
    return reply.ok && !(await udpIsFree(pbx.phonesPort));
  } catch {
    return false;
  }
}

/** Removes the folders (a few log files) of runs that were killed. Their processes and mounts ended with them. */
export async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^asterisk-callback-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
