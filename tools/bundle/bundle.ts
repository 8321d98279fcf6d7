import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { LATER_CLIENTS, loadedLater, writeDescription } from './loaded-later.ts';
import { onlyWhatIsUsed } from './only-what-is-used.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The functions that may exist. Each becomes a bundle as soon as its file exists. */
const DOORS = ['callback', 'event', 'queue', 'webhook', 'worker'];

export const functionNames = (): string[] =>
  DOORS.filter((name) => existsSync(`${ROOT}functions/${name}.ts`));

export interface Bundle {
  name: string;
  /** An absolute path. */
  file: string;
  output: Metafile['outputs'][string];
  /** What each file imports, by the names of `output.inputs`. */
  inputs: Metafile['inputs'];
}

/**
 * CommonJS with the name .cjs: Lambda finds it as it finds .js, and it is CommonJS in this folder too, whose package has
 * the type module. `osls invoke local` does not find .mjs.
 */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** From the SDK's ES modules, unlike its CommonJS, esbuild can leave out the commands that nobody calls. */
const FROM_ES_MODULES = { mainFields: ['module', 'main'] } satisfies BuildOptions;

/** Bundles one function as it is deployed. Writes a source map beside it, for reading stack traces. */
export async function bundleFunction(name: string, folder = `${ROOT}dist/functions`): Promise<Bundle> {
  const file = join(folder, `${name}.cjs`);
  if (name === 'webhook') await bundleMapEvaluator(folder);
  if (name === 'callback') await writeDescription(folder);
  await bundleClients(folder);
  const { metafile } = await build({
    ...COMMON,
    ...FROM_ES_MODULES,
    entryPoints: [`functions/${name}.ts`],
    outfile: file,
    sourcemap: 'external',
    sourcesContent: false,
    // The first one is undici's own switch: it leaves undici's experimental second HTTP parser out.
    define: {
      esbuildDetection: 'true',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
    },
    plugins: [loadedLater, onlyWhatIsUsed],
  });
  return { name, file, output: outputOf(metafile, file), inputs: metafile.inputs };
}

const clients = new Map<string, Promise<Bundle[]>>();

/** Bundles the clients that all functions of a folder load later. */
export function bundleClients(folder: string): Promise<Bundle[]> {
  const bundles = clients.get(folder) ?? Promise.all(Object.entries(LATER_CLIENTS).map(bundleClient));
  clients.set(folder, bundles);
  return bundles;

  async function bundleClient([name, contents]: [string, string]): Promise<Bundle> {
    const file = join(folder, `${name}.cjs`);
    const { metafile } = await build({
      ...COMMON,
      ...FROM_ES_MODULES,
      stdin: { contents, resolveDir: ROOT },
      outfile: file,
      plugins: [onlyWhatIsUsed],
    });
    return { name, file, output: outputOf(metafile, file), inputs: metafile.inputs };
  }
}

/** Bundles the program that the function `webhook` starts for the expressions of `map`. It must lie beside the function. */
export async function bundleMapEvaluator(folder: string): Promise<Bundle> {
  const file = join(folder, 'map-evaluator.cjs');
  const { metafile } = await build({
    ...COMMON,
    entryPoints: ['lib/webhooks/map-evaluator.ts'],
    outfile: file,
  });
  return { name: 'map-evaluator', file, output: outputOf(metafile, file), inputs: metafile.inputs };
}

/** Bundles the two libraries unchanged. The others are compared with it. */
export async function bundlePlain(): Promise<Bundle> {
  const file = join(ROOT, 'dist/size/plain.cjs');
  const contents = `
    import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
    import { Client } from 'undici';
    export const handler = () => [GetParametersByPathCommand, SSMClient, Client];`;
  const { metafile } = await build({ ...COMMON, stdin: { contents, resolveDir: ROOT }, outfile: file });
  return { name: 'client-ssm + undici', file, output: outputOf(metafile, file), inputs: metafile.inputs };
}

function outputOf({ outputs }: Metafile, file: string): Bundle['output'] {
  // esbuild names its outputs relative to ROOT, with forward slashes on every system.
  const output = outputs[relative(ROOT, file).replaceAll('\\', '/')];
  if (!output) throw new Error(`esbuild did not write ${file}`);
  return output;
}
