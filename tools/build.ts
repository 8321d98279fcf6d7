import { rmSync } from 'node:fs';
import { buildAjamPackage } from './ajam-package.ts';
import { bundleFunction, functionNames, ROOT } from './bundle/bundle.ts';
import { runScript, script } from './script.ts';

await runScript(
  script({
    name: 'build',
    description:
      'Builds the functions into dist/functions, and the AJAM client as a package into dist/ajam-package.',
    examples: [''],
    notes: '`npm run package` builds them, too, before it packs them.',
  }).action(run),
);

async function run(): Promise<void> {
  rmSync(`${ROOT}dist/functions`, { recursive: true, force: true });

  const bundles = await Promise.all(functionNames().map((name) => bundleFunction(name)));
  for (const { name, output } of bundles)
    console.log(`dist/functions/${name}.cjs  ${Math.round(output.bytes / 1024)} KB`);

  buildAjamPackage(`${ROOT}dist/ajam-package`);
  console.log('dist/ajam-package  the AJAM client alone, for npm pack');
}
