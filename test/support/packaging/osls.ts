import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OSLS = fileURLToPath(new URL('../../../node_modules/osls/bin/serverless.js', import.meta.url));

/** Runs `osls package` without an AWS account: no credentials, no home folder, no AWS variables of the user's shell. */
export function packageStage(
  stage: string,
  { cwd, folder, params = {} }: { cwd: string; folder: string; params?: Readonly<Record<string, string>> },
): void {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  const options = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  try {
    execFileSync(process.execPath, [OSLS, 'package', '--package', folder, '--stage', stage, ...options], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
