import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { bundleFunction, functionNames, ROOT } from './bundle/bundle.ts';
import { runScript, script } from './script.ts';

await runScript(
  script({
    name: 'build',
    description: 'Makes what is deployed, dist/functions, and the AJAM client as a package, dist/ajam.',
    examples: [''],
    notes: '`npm run package` does it too, before it packs.',
  }).action(run),
);

async function run(): Promise<void> {
  for (const part of ['functions', 'ajam']) rmSync(`${ROOT}dist/${part}`, { recursive: true, force: true });

  const bundles = await Promise.all(functionNames().map((name) => bundleFunction(name)));
  for (const { name, output } of bundles)
    console.log(`dist/functions/${name}.cjs  ${Math.round(output.bytes / 1024)} KB`);

  // The AJAM client as a package entry of its own: plain modules with their types.
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.ajam.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  console.log('dist/ajam/index.js  the AJAM client alone');
}
