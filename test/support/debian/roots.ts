import { execFile, spawn } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Returns why this machine cannot run programs from a Debian root, or undefined when it can. */
export async function whyNoDebianRoot(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'programs from Debian packages need Linux';
  if (process.getuid?.() !== 0) return 'mounting a Debian root needs the rights of root';
  // Many containers refuse mounts even to root. A mount in a namespace of its own leaves no trace.
  const mount = ['--mount', '--pid', '--uts', '--fork', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  return run('unshare', mount).then(
    () => undefined,
    (error: Error) => `this machine does not allow mounts: ${error.message}`,
  );
}

/** The folder that keeps everything that takes long to make, from run to run. */
export function cacheFolder(): string {
  const own = process.env['ASTERISK_CALLBACK_CACHE'];
  return own ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'asterisk-callback');
}

/**
 * Returns a folder with these packages of a Debian release installed in it. The first call makes it, in about a minute;
 * later runs find it under its name. Change the name when you change the packages.
 * @param more a shell command that adds to the folder `$partial`
 */
export async function debianRoot(
  name: string,
  release: string,
  packages: string,
  more = 'true',
): Promise<string> {
  const cache = cacheFolder();
  const root = join(cache, name);
  if (await exists(root)) return root;
  await installMmdebstrap(cache);
  const options = [
    `--variant=apt --components=main --include=${packages}`,
    `--aptopt='APT::Install-Recommends "false"'`,
    // A mirror's index of an old release may have expired.
    `--aptopt='Acquire::Check-Valid-Until "false"'`,
  ].join(' ');
  await makeOnce(root, name.replace('-', ' '), `mmdebstrap ${options} ${release} "$partial" && ${more}`);
  return root;
}

async function installMmdebstrap(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const install = 'command -v mmdebstrap >/dev/null || (apt-get update && apt-get install -y mmdebstrap)';
  await locked(join(cache, 'mmdebstrap.lock'), install, 'mmdebstrap');
}

/**
 * Makes a folder with a shell command that writes to `$partial`, and renames it when it is complete, so a folder that
 * exists is complete. A process that waited for the lock finds the folder of the one before it. Only a run that died
 * leaves a partial folder.
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

/** Runs a script under flock(1), so the kernel frees the lock however its holder ends. Prints the script's output. */
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
