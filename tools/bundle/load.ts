import { execFileSync } from 'node:child_process';

export interface Load {
  ms: number;
  rssMb: number;
  heapMb: number;
}

/** A program that requires a bundle in a new process, as the loader of Lambda does. */
const LOADER = `
  const start = performance.now();
  require(process.argv[1]);
  const ms = performance.now() - start;
  const { rss, heapUsed } = process.memoryUsage();
  process.stdout.write(JSON.stringify({ ms, rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 }));
  process.exit(0);
`;

/** The variables of Lambda that the bundles read. No server listens at `AWS_ENDPOINT_URL_SSM`. */
export const LAMBDA_ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'nobody-checks-it',
  AWS_SESSION_TOKEN: 'nobody-checks-it',
  AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:9',
  AWS_LAMBDA_FUNCTION_NAME: 'asterisk-callback-size',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  SETTINGS_PATH: '/asterisk-callback/size',
};

const load = (file: string): Load =>
  JSON.parse(
    execFileSync(process.execPath, ['-e', LOADER, file], { env: LAMBDA_ENVIRONMENT, encoding: 'utf8' }),
  );

/** Returns medians for each bundle. Each round loads every bundle once, so other work of the machine slows all bundles equally. */
export function loadInterleaved(files: readonly string[], rounds: number): Load[] {
  for (const file of files) load(file);
  const loads = Array.from({ length: rounds }, () => files.map(load));
  return files.map((_file, index) => {
    const of = (what: keyof Load) => median(loads.map((round) => round[index]?.[what] ?? Number.NaN));
    return { ms: of('ms'), rssMb: of('rssMb'), heapMb: of('heapMb') };
  });
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
