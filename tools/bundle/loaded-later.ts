import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** The parts of the AWS clients that a function uses. It loads a client with the first request that needs the client. */
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
 * Leaves the AWS clients and the description of the API out of a function's bundle. The function loads them from files beside
 * the bundle. A bundle with them would be twice as large, and Lambda would need a quarter more time to read it. Each client has
 * its own copy of the SDK's core. With a shared core, esbuild would keep the whole core.
 */
export const loadedLater: Plugin = {
  name: 'loaded-later',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/(client|lib)-(dynamodb|lambda)$/ }, ({ path }) => ({
      path: `./${path.replace(/.*-/, 'client-')}.cjs`,
      external: true,
    }));
    // Making the description needs the whole of zod. So `build` makes the description.
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
