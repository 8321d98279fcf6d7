import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { LATER_CLIENTS, loadedLater, writeDescription } from './loaded-later.ts';
import { onlyWhatIsUsed } from './only-what-is-used.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Returns the names of the Lambda functions, in alphabetical order. */
export const functionNames = (): string[] =>
  readdirSync(`${ROOT}functions`)
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();

export interface Bundle {
  name: string;
  /** An absolute path. */
  file: string;
  output: Metafile['outputs'][string];
  /** The imports of each source file. `output.inputs` has the same keys. */
  inputs: Metafile['inputs'];
}

/**
 * The bundles are CommonJS files named .cjs, because package.json has the type `module`. Lambda finds .cjs as it finds .js.
 * `osls invoke local` does not find .mjs.
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

/** From the ES modules of the SDK, esbuild can leave out unused commands. From the CommonJS modules it cannot. */
const FROM_ES_MODULES = { mainFields: ['module', 'main'] } satisfies BuildOptions;

/** Bundles one function as it is deployed. Writes a source map for stack traces beside the bundle. */
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
    define: {
      // A switch of undici. It leaves out the second HTTP parser of undici, which is experimental.
      esbuildDetection: 'true',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
    },
    plugins: [loadedLater, onlyWhatIsUsed],
  });
  return { name, file, output: outputOf(metafile, file), inputs: metafile.inputs };
}

const clients = new Map<string, Promise<Bundle[]>>();

/** Bundles the AWS clients that the functions of a folder load at run time. Bundles them once for each folder. */
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

/** Bundles the program that the function `webhook` starts for the expressions of `map`. `folder` must hold the function. */
export async function bundleMapEvaluator(folder: string): Promise<Bundle> {
  const file = join(folder, 'map-evaluator.cjs');
  const { metafile } = await build({
    ...COMMON,
    entryPoints: ['lib/webhooks/map-evaluator.ts'],
    outfile: file,
  });
  return { name: 'map-evaluator', file, output: outputOf(metafile, file), inputs: metafile.inputs };
}

/** Bundles the two largest libraries unchanged, for a comparison with the functions. */
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
