import { execFile, spawn } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { AsteriskVersion } from './types.ts';

const run = promisify(execFile);

/** The Debian releases that carry the two Asterisk versions. */
const releases: Record<AsteriskVersion, string> = { '22': 'forky', '16': 'bullseye' };

/** Why no Asterisk can be run here at all; undefined when it can. */
export async function whyNoAsterisk(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'Asterisk is run from Debian packages, which needs Linux';
  if (process.getuid?.() !== 0) return 'mounting a Debian root needs the rights of root';
  // many containers refuse mounts even to root; a mount in a namespace of its own leaves no trace
  const mount = ['--mount', '--pid', '--uts', '--fork', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  return run('unshare', mount).then(
    () => undefined,
    (error: Error) => `this machine lets nobody mount: ${error.message}`,
  );
}

/** Where all that takes long to make is kept from run to run. */
export function cacheFolder(): string {
  const own = process.env['ASTERISK_CALLBACK_CACHE'];
  return own ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'asterisk-callback');
}

/** The folder with Debian's Asterisk and sipp in it; made at first use (about a minute, 400 MB). */
export function asteriskRoot(version: AsteriskVersion): Promise<string> {
  return debianRoot(`asterisk-${version}`, releases[version], 'asterisk,sip-tester');
}

/** The folder with these packages of a Debian release in it; made at first use, and kept under this name. */
export async function debianRoot(name: string, release: string, packages: string): Promise<string> {
  const cache = cacheFolder();
  const root = join(cache, name);
  if (await exists(root)) return root;
  await installMmdebstrap(cache);
  const options = [
    `--variant=apt --components=main --include=${packages}`,
    `--aptopt='APT::Install-Recommends "false"'`,
    // a mirror's index of an old release may be past its date
    `--aptopt='Acquire::Check-Valid-Until "false"'`,
  ].join(' ');
  await makeOnce(root, name.replace('-', ' '), `mmdebstrap ${options} ${release} "$partial"`);
  return root;
}

async function installMmdebstrap(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const install = 'command -v mmdebstrap >/dev/null || (apt-get update && apt-get install -y mmdebstrap)';
  await locked(join(cache, 'mmdebstrap.lock'), install, 'mmdebstrap');
}

/**
 * Makes a folder by a shell command that makes `$partial`: beside the final name, renamed when whole, so that a folder
 * that exists is complete. Whoever waited for the lock finds the one of the one before. A half-made one can only be left
 * from a run that died.
 */
export async function makeOnce(folder: string, label: string, command: string): Promise<void> {
  const script = `
    test -d '${folder}' && exit 0
    partial='${folder}.partial'
    rm -rf --one-file-system "$partial"
    (${command}) && mv -T "$partial" '${folder}' && exit 0
    rm -rf --one-file-system "$partial"
    exit 1`;
  console.error(`${label}: making ${folder}, about a minute, once`);
  await mkdir(dirname(folder), { recursive: true });
  await locked(`${folder}.lock`, script, label);
}

/** Runs a script under flock(1): the kernel frees the lock however the holder ends. Shows what it says on stderr. */
async function locked(lock: string, script: string, label: string): Promise<void> {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', 'flock', lock, 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  let last = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      last = line;
      console.error(`${label}: ${line}`);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (code !== 0) throw new Error(`${label} could not be installed: ${last}`);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
