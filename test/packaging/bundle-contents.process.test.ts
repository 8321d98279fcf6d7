import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Bundle,
  bundleClients,
  bundleFunction,
  bundleMapEvaluator,
  functionNames,
} from '../../tools/bundle/bundle.ts';

/** The npm packages that a function contains. Each costs time at every cold start, so a new one must be noticed. */
const PACKAGES = [
  '@aws-lambda-powertools/commons',
  '@aws-lambda-powertools/logger',
  '@aws-lambda-powertools/metrics',
  '@aws-sdk/client-ssm',
  '@aws-sdk/core',
  '@aws/lambda-invoke-store',
  '@smithy/core',
  '@smithy/node-http-handler',
  '@smithy/signature-v4',
  '@smithy/types',
  'ipaddr.js',
  'libphonenumber-js',
  'undici',
  'zod',
];

/** A function with middlewares contains it too. */
const MIDDY = '@middy/core';

interface Expected {
  /** Packages beside PACKAGES. */
  packages?: readonly string[];
  /** The files that are loaded when another file first needs them. */
  later: { by: string; what: string }[];
  /** Files that must not be loaded before that. */
  heavy?: RegExp;
}

/** The client of Lambda is loaded when a line needs a runner. */
const WORKER = { by: 'lib/calls/wake-line.ts', what: 'lib/calls/invoke-later.ts' };
/** The client of DynamoDB is loaded with the first request that places or reads a callback. */
const STORE = { by: 'lib/store/open-store.ts', what: 'lib/store/dynamodb/dynamodb-table.ts' };

const EXPECTED: Record<string, Expected> = {
  callback: {
    packages: [MIDDY],
    later: [
      WORKER,
      { by: 'lib/http/endpoints/follow-link.ts', what: 'lib/http/pages/link-pages.ts' },
      { by: 'lib/http/endpoints/follow-link.ts', what: 'lib/http/pages/link-pages.ts' },
      { by: 'lib/http/endpoints/public.ts', what: 'lib/http/pages/problem-pages.ts' },
      { by: 'lib/http/endpoints/public.ts', what: 'lib/http/openapi.ts' },
      { by: 'lib/http/error-pages.ts', what: 'lib/http/pages/problem-pages.ts' },
      STORE,
    ],
    heavy: /^lib\/http\/(openapi|pages)|^lib\/problems\/problem-texts|dynamodb|client-lambda/,
  },
  event: { packages: [MIDDY], later: [WORKER, STORE], heavy: /dynamodb|client-lambda/ },
  queue: { later: [WORKER, STORE], heavy: /dynamodb|client-lambda/ },
  worker: { later: [WORKER, STORE], heavy: /dynamodb|client-lambda/ },
  webhook: {
    packages: [MIDDY],
    later: [WORKER, STORE, { by: 'lib/webhooks/map-process.ts', what: 'node:child_process' }],
    heavy: /jsonata|map-evaluator|dynamodb|client-lambda/,
  },
};

const folder = mkdtempSync(join(tmpdir(), 'bundle-contents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isOurs = (file: string): boolean => /^(functions|lib|local|test|tools)\//.test(file);
const packageOf = (file: string): string[] =>
  /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.slice(1, 2) ?? [];

/** Returns the files that are loaded at the start of the function. */
function loadedAtOnce({ inputs }: Bundle, entry: string): string[] {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind } of inputs[file]?.imports ?? []) if (kind !== 'dynamic-import') load(path);
  };
  load(entry);
  return [...loaded];
}

it('Every function that is built has an expected content', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(functionNames().sort());
});

it('The program beside the function webhook consists of jsonata and the two files that need it', async () => {
  const { output } = await bundleMapEvaluator(folder);
  expect(Object.keys(output.inputs).sort()).toEqual([
    'lib/webhooks/map-evaluator.ts',
    'lib/webhooks/repeated-fields.ts',
    'node_modules/jsonata/jsonata.js',
  ]);
});

it('The files with the clients that functions load later export all that the sources import of them', async () => {
  const bundles = await bundleClients(folder);
  const imported = await importsOf([
    'lib/calls/invoke-later.ts',
    'lib/store/dynamodb/client.ts',
    'lib/store/dynamodb/dynamodb-table.ts',
  ]);
  expect(imported.length).toBeGreaterThan(8);
  const exported = bundles.flatMap(({ file }) => Object.keys(createRequire(file)(file)));
  expect(exported.toSorted()).toEqual(imported.toSorted());
});

/** Returns the names that files import of clients. Types are not loaded. */
async function importsOf(files: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts
    .flatMap((text) => [...text.matchAll(/^import \{([^}]*)\} from '@aws-sdk\//gm)])
    .flatMap(([, names = '']) => names.split(',').map((name) => name.trim()))
    .filter((name) => name !== '' && !name.startsWith('type '));
}

describe.each(Object.entries(EXPECTED))('The bundle of %s', (name, { packages: more = [], later, heavy }) => {
  let bundle: Bundle;
  let files: string[];
  beforeAll(async () => {
    bundle = await bundleFunction(name, folder);
    files = Object.keys(bundle.output.inputs);
  });

  it('contains only the expected packages, and so no chain of credential providers', () => {
    const packages = new Set(files.flatMap(packageOf));
    expect([...packages].sort()).toEqual([...PACKAGES, ...more].sort());
  });

  it('contains no file of tests and tools except the environment credentials', () => {
    const ours = files.filter((file) => isOurs(file) && !/^(functions|lib)\//.test(file));
    expect(ours).toEqual(['tools/bundle/environment-credentials.ts']);
  });

  it('contains no code of another function', () => {
    const lambdas = files.filter((file) =>
      functionNames().some((lambda) => file === `functions/${lambda}.ts`),
    );
    expect(lambdas).toEqual([`functions/${name}.ts`]);
    expect(files.some((file) => /^lib\/http\/(openapi|pages)/.test(file))).toBe(name === 'callback');
    expect(files.some((file) => file.startsWith('lib/webhooks/'))).toBe(name === 'webhook');
  });

  it('contains no shell command for the owner: the tools know those', async () => {
    const code = await readFile(bundle.file, 'utf8');
    expect(code.match(/npm run|npx asterisk|aws ssm|put-parameter/g) ?? []).toEqual([]);
  });

  it('contains only the SSM command that is sent', () => {
    const commands = files.flatMap(
      (file) => /client-ssm\/.*\/commands\/(\w+)\.js$/.exec(file)?.slice(1) ?? [],
    );
    expect(commands).toEqual(['GetParametersByPathCommand']);
  });

  it('contains one HTTP parser of undici, and neither its HTTP/2 nor its fetch', () => {
    const parsers = files.filter((file) => /\/undici\/.*\/llhttp\b.*wasm/.test(file));
    expect(parsers.map((file) => file.replace(/.*\//, ''))).toEqual(['llhttp_simd-wasm.js']);
    expect(files.filter((file) => /\/undici\/.*(h2|\/web\/fetch\/(index|body|formdata))/.test(file))).toEqual(
      [],
    );
  });

  it('contains zod/mini only', () => {
    // The name of a module that is left out may stay: a few bytes.
    const whole = files.filter((file) => (bundle.output.inputs[file]?.bytesInOutput ?? 0) > 50);
    expect(whole.filter((file) => /zod\/v4\/(classic|locales\/(?!en\.js))/.test(file))).toEqual([]);
  });

  it('loads neither HTTP/2 nor other processes', () => {
    const builtIns = bundle.output.imports
      .filter(({ external, kind }) => external && kind !== 'dynamic-import')
      .map(({ path }) => path);
    expect(builtIns).toContain('node:tls');
    expect(builtIns.filter((path) => /^(node:)?(http2|child_process|worker_threads)$/.test(path))).toEqual(
      [],
    );
  });

  it('loads heavy files only when they are needed', () => {
    const found = Object.entries(bundle.inputs)
      .filter(([file]) => isOurs(file))
      .flatMap(([by, { imports }]) =>
        imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path: what }) => ({ by, what })),
      );
    expect(found.toSorted((a, b) => (a.by < b.by ? -1 : 1))).toEqual(later);
    const early = loadedAtOnce(bundle, `functions/${name}.ts`);
    expect(early).toContain(name === 'worker' ? 'lib/queue/line-runner.ts' : 'lib/calls/place-callback.ts');
    expect(early.filter((file) => heavy?.test(file))).toEqual([]);
  });
});
