import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** The clients that a function loads with the first request which needs them: what it uses of each. */
export const LATER_CLIENTS = {
  'client-dynamodb': `
    export { DynamoDBClient } from '@aws-sdk/client-dynamodb';
    export {
      BatchGetCommand, DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand,
    } from '@aws-sdk/lib-dynamodb';`,
  'client-lambda': `export { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';`,
} as const;

const DESCRIPTION = 'openapi.cjs';

/**
 * Leaves out of a function's bundle what it loads later, and loads it from files beside the bundle: reading a function of twice
 * the size takes a quarter longer, although nothing of the rest is executed. A client has its own copy of the SDK's core,
 * because esbuild keeps all of a module that is loaded both at the start and later.
 */
export const loadedLater: Plugin = {
  name: 'loaded-later',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/(client|lib)-(dynamodb|lambda)$/ }, ({ path }) => ({
      path: `./${path.replace(/.*-/, 'client-')}.cjs`,
      external: true,
    }));
    // It needs all of zod, and is the same for everybody.
    build.onLoad({ filter: /[\\/]lib[\\/]http[\\/]openapi\.ts$/ }, () => ({
      contents: `export const openApi = () => require('./${DESCRIPTION}');`,
    }));
    build.onResolve({ filter: /^\.\/openapi\.cjs$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** Writes the description of the API as the function `callback` serves it. */
export async function writeDescription(folder: string): Promise<void> {
  const { openApi } = await import('../../lib/http/openapi.ts');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, DESCRIPTION), `module.exports=${JSON.stringify(openApi())}`);
}
