import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bundle/bundle.ts';

/**
 * Writes the AJAM client as an npm package: modules, their types and a README. The only dependency is undici. Programs import
 * the client as `asterisk-callback/ajam`.
 */
export function buildAjamPackage(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = ['-p', 'tsconfig.ajam.json', '--outDir', join(folder, 'ajam')];
  execFileSync(process.execPath, [compiler, ...options], { cwd: ROOT, stdio: 'inherit' });
  copyFileSync(join(ROOT, 'docs/ajam.md'), join(folder, 'README.md'));
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
}

function manifest(): object {
  const { name, version, license, engines, dependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  return {
    name,
    version,
    description:
      'AJAM client: the Asterisk Manager Interface over HTTP, with calls that are never sent twice',
    license,
    type: 'module',
    sideEffects: false,
    engines,
    exports: { './ajam': { types: './ajam/index.d.ts', default: './ajam/index.js' } },
    dependencies: { undici: `^${dependencies.undici}` },
  };
}
