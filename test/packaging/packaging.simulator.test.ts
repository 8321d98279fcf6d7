import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../tools/bundle/bundle.ts';
import { LATER_CLIENTS } from '../../tools/bundle/loaded-later.ts';
import { packageStage } from '../support/packaging/osls.ts';
import { namesInZip } from '../support/packaging/zip.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'packaging-'));

function run(script: string, args: readonly string[] = [], cwd = ROOT): string {
  return execFileSync(process.execPath, [join(ROOT, script), ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

beforeAll(() => {
  run('tools/build.ts');
}, 60_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('npm run package without an AWS account', () => {
  const artifacts = join(scratch, 'artifacts');

  beforeAll(() => packageStage('test', { cwd: ROOT, folder: artifacts }), 60_000);

  it.each(functionNames())(
    'puts only its bundle, and what that loads later, into the artifact of %s',
    (name) => {
      const later: Record<string, string[]> = { webhook: ['map-evaluator'], callback: ['openapi'] };
      const programs = [name, ...Object.keys(LATER_CLIENTS), ...(later[name] ?? [])];
      expect(namesInZip(join(artifacts, `${name}.zip`)).sort()).toEqual(
        programs.map((program) => `dist/functions/${program}.cjs`).sort(),
      );
    },
  );
});
