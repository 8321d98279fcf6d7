import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunction, bundleMapEvaluator, functionNames } from '../../tools/bundle/bundle.ts';

/** All that a function needs of npm. What comes here costs every cold start, so it does not come unnoticed. */
const PACKAGES = [
  '@aws-lambda-powertools/commons',
  '@aws-lambda-powertools/logger',
  '@aws-lambda-powertools/metrics',
  '@aws-sdk/client-ssm',
  '@aws-sdk/core',
  '@aws/lambda-invoke-store',
  '@middy/core',
  '@smithy/core',
  '@smithy/node-http-handler',
  '@smithy/signature-v4',
  '@smithy/types',
  'ipaddr.js',
  'libphonenumber-js',
  'undici',
  'zod',
];

interface Expected {
  /** Which file of ours asks for which while it runs. */
  later: { by: string; what: string }[];
  /** What comes with that and not before. */
  heavy?: RegExp;
}

const EXPECTED: Record<string, Expected> = {
  callback: {
    later: [
      { by: 'lib/http/endpoints/describe-api.ts', what: 'lib/http/openapi.ts' },
      { by: 'lib/http/endpoints/show-problem.ts', what: 'lib/http/pages/problem-pages.ts' },
      { by: 'lib/http/middlewares/problem-pages.ts', what: 'lib/http/pages/problem-pages.ts' },
    ],
    heavy: /^lib\/http\/(openapi|pages)|^lib\/calls\/problem-texts/,
  },
  event: { later: [] },
  webhook: {
    later: [{ by: 'lib/webhooks/map-process.ts', what: 'node:child_process' }],
    heavy: /jsonata|map-evaluator/,
  },
};

const folder = mkdtempSync(join(tmpdir(), 'bundle-contents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isOurs = (file: string): boolean => /^(functions|lib|local|test|tools)\//.test(file);
const packageOf = (file: string): string[] =>
  /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.slice(1, 2) ?? [];

/** What is loaded with the function, and not when something asks for it later. */
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

it('is known of every function that is built what belongs into it', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(functionNames().sort());
});

it('the program beside the function webhook consists of jsonata and the two files that need it', async () => {
  const { output } = await bundleMapEvaluator(folder);
  expect(Object.keys(output.inputs).sort()).toEqual([
    'lib/webhooks/map-evaluator.ts',
    'lib/webhooks/repeated-fields.ts',
    'node_modules/jsonata/jsonata.js',
  ]);
});

describe.each(Object.entries(EXPECTED))('the bundle of %s', (name, { later, heavy }) => {
  let bundle: Bundle;
  let files: string[];
  beforeAll(async () => {
    bundle = await bundleFunction(name, folder);
    files = Object.keys(bundle.output.inputs);
  });

  it('has these packages in it and no other, and so no chain of credential providers', () => {
    const packages = new Set(files.flatMap(packageOf));
    expect([...packages].sort()).toEqual(PACKAGES);
  });

  it('has none of the files of tests and tools in it, but the credentials that it is given', () => {
    const ours = files.filter((file) => isOurs(file) && !/^(functions|lib)\//.test(file));
    expect(ours).toEqual(['tools/bundle/environment-credentials.ts']);
  });

  it("has no other door's code in it", () => {
    const doors = files.filter((file) => functionNames().some((door) => file === `functions/${door}.ts`));
    expect(doors).toEqual([`functions/${name}.ts`]);
    expect(files.some((file) => /^lib\/http\/(openapi|pages)/.test(file))).toBe(name === 'callback');
    expect(files.some((file) => file.startsWith('lib/webhooks/'))).toBe(name === 'webhook');
  });

  it('has the one command of SSM in it that is sent', () => {
    const commands = files.flatMap(
      (file) => /client-ssm\/.*\/commands\/(\w+)\.js$/.exec(file)?.slice(1) ?? [],
    );
    expect(commands).toEqual(['GetParametersByPathCommand']);
  });

  it('has of undici neither HTTP/2 nor fetch, and one parser', () => {
    const parsers = files.filter((file) => /\/undici\/.*\/llhttp\b.*wasm/.test(file));
    expect(parsers.map((file) => file.replace(/.*\//, ''))).toEqual(['llhttp_simd-wasm.js']);
    expect(files.filter((file) => /\/undici\/.*(h2|\/web\/fetch\/(index|body|formdata))/.test(file))).toEqual(
      [],
    );
  });

  it('has the small half of zod in it', () => {
    // Of a module that is left out, its name may stay: a few bytes.
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

  it('loads of ours later what it is to load later, and that is not loaded before', () => {
    const found = Object.entries(bundle.inputs)
      .filter(([file]) => isOurs(file))
      .flatMap(([by, { imports }]) =>
        imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path: what }) => ({ by, what })),
      );
    expect(found.toSorted((a, b) => (a.by < b.by ? -1 : 1))).toEqual(later);
    const early = loadedAtOnce(bundle, `functions/${name}.ts`);
    expect(early).toContain('lib/calls/place-callback.ts');
    expect(early.filter((file) => heavy?.test(file))).toEqual([]);
  });
});
