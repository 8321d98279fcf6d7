import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { ROOT } from '../../tools/bundle/bundle.ts';

/** The files of ours that an entry point brings along. */
async function filesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    metafile: true,
    write: false,
  });
  return Object.keys(metafile.inputs);
}

it.each([
  'lib/settings/settings-cache.ts',
  'lib/settings/parameter-store.ts',
  'lib/settings/explain-issue.ts',
])('%s needs nothing outside the settings', async (entry) => {
  expect((await filesOf(entry)).filter((file) => !file.startsWith('lib/settings/'))).toEqual([]);
});

it.each(['callback', 'event'])('the function %s carries no code of webhooks', async (name) => {
  expect((await filesOf(`functions/${name}.ts`)).filter((file) => file.startsWith('lib/webhooks/'))).toEqual(
    [],
  );
});
