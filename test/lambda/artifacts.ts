import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStack } from '../support/packaging/template.ts';
import { unzip } from '../support/packaging/zip.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A packaged function, ready to deploy. */
export interface Artifact {
  name: string;
  /** The unpacked zip. */
  folder: string;
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  env: Readonly<Record<string, string>>;
}

interface Properties {
  Handler: string;
  Timeout: number;
  MemorySize: number;
  Environment: { Variables: Record<string, string> };
  Code: { S3Key: string };
}

/** Runs `npm run package` for a stage and unpacks each function's zip into a folder of its own. */
export function packageFunctions(stage: string, scratch: string): Artifact[] {
  const folder = join(scratch, 'package');
  execFileSync('npm', ['run', 'package', '--', '--package', folder, '--stage', stage], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return readStack(folder)
    .ofType('AWS::Lambda::Function')
    .map(([, properties]) => unpack(properties as unknown as Properties, folder, scratch));
}

function unpack(properties: Properties, from: string, scratch: string): Artifact {
  const name = basename(properties.Code.S3Key, '.zip');
  const folder = join(scratch, name);
  unzip(join(from, `${name}.zip`), folder);
  const { Handler, Timeout, MemorySize, Environment } = properties;
  return {
    ...{ name, folder, handler: Handler, env: Environment.Variables },
    ...{ timeoutSeconds: Timeout, memoryMb: MemorySize },
  };
}
