import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type Bundle, bundleFunction, bundlePlain, functionNames } from './bundle/bundle.ts';
import { memoryAfter } from './bundle/calls.ts';
import { loadInterleaved } from './bundle/load.ts';
import { positiveInteger, runScript, script } from './script.ts';

const MAX_RATIO = 0.7;
const MAX_RSS_MB = 100;
/** A busy function serves this number of calls in a few minutes. */
const CALLS = 500;
const CALLING_RUNS = 5;

interface Options {
  runs: number;
  check?: true;
}

const command = script({
  name: 'size',
  description:
    'Bundles the functions and measures what a cold start loads: the size of each bundle, the time of require() in a new process, and the memory afterwards. Compares them with a plain bundle of client-ssm and undici, which the same run makes and measures.',
  examples: ['', '--runs 51', '--check'],
})
  .option('--runs <n>', 'new processes for each bundle', positiveInteger(999), 15)
  .option(
    '--check',
    `end with status 1 if a ratio is ${MAX_RATIO} or more, or a memory ${MAX_RSS_MB} MB or more`,
  )
  .action(run);
await runScript(command);

async function run({ runs, check }: Options): Promise<void> {
  const bundles = await Promise.all([bundlePlain(), ...functionNames().map((name) => bundleFunction(name))]);
  const loads = loadInterleaved(
    bundles.map(({ file }) => file),
    runs,
  );
  const plainMs = loads[0]?.ms ?? Number.NaN;

  const rows = bundles.map((bundle, index) => {
    const { ms, rssMb, heapMb } = loads[index] ?? { ms: NaN, rssMb: NaN, heapMb: NaN };
    return { bundle, ms, ratio: ms / plainMs, rssMb, heapMb };
  });

  console.log(
    `Node ${process.versions.node}, ${process.arch}. Medians of runs in new processes: ${runs} for each bundle\n`,
  );
  print(['bundle', 'KB', 'gzip KB', 'load ms', 'ratio', 'RSS MB', 'heap MB']);
  for (const { bundle, ms, ratio, rssMb, heapMb } of rows) {
    const { length: zipped } = gzipSync(readFileSync(bundle.file));
    print([
      bundle.name,
      kb(bundle.output.bytes),
      kb(zipped),
      ms.toFixed(1),
      ratio.toFixed(2),
      rssMb.toFixed(0),
      heapMb.toFixed(0),
    ]);
  }
  const calling = bundles.find(({ name }) => name === 'callback');
  if (calling) {
    const { rssMb, heapMb } = await memoryAfter(CALLS, calling.file, CALLING_RUNS);
    console.log(
      `\ncallback after ${CALLS} calls: RSS ${rssMb.toFixed(0)} MB, of which ${heapMb.toFixed(0)} MB are objects in use. Node itself and free heap take the rest.`,
    );
  }
  for (const { bundle } of rows) {
    console.log(`\nLargest modules in ${bundle.name}`);
    for (const [input, bytes] of largest(bundle)) console.log(`${kb(bytes).padStart(8)} KB  ${input}`);
  }

  if (!check) return;
  const faults = rows
    .slice(1)
    .flatMap(({ bundle: { name }, ratio, rssMb }) => [
      ...(ratio < MAX_RATIO ? [] : [`${name} takes ${ratio.toFixed(2)} of the plain load time`]),
      ...(rssMb < MAX_RSS_MB ? [] : [`${name} uses ${rssMb.toFixed(0)} MB after loading`]),
    ]);
  console.log(
    `\n${faults.join('\n') || `Every ratio is below ${MAX_RATIO}, every RSS below ${MAX_RSS_MB} MB.`}`,
  );
  process.exitCode = faults.length ? 1 : 0;
}

function print([name = '', ...numbers]: readonly string[]): void {
  console.log(name.padEnd(20) + numbers.map((number) => number.padStart(9)).join(''));
}

function largest({ output }: Bundle): [input: string, bytes: number][] {
  return Object.entries(output.inputs)
    .map(([input, { bytesInOutput }]): [string, number] => [
      input.replace(/^node_modules\//, ''),
      bytesInOutput,
    ])
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5);
}

function kb(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}
