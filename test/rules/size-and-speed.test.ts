import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../tools/bundle/bundle.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';
import { plan } from '../support/rules/fixtures.ts';

const MOST_KB = 60;
const MOST_MS = 1;
const CALLS = 1000;

describe('the rules', () => {
  it(`have less than ${MOST_KB} KB zipped, numbering plans included`, async () => {
    const { outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: ['lib/rules/plan-call.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      minify: true,
      write: false,
    });
    const [file] = outputFiles;
    expect(file?.text).toContain('libphonenumber');
    expect(gzipSync(file?.contents ?? '').length / 1024).toBeLessThan(MOST_KB);
  });

  it(`need less than ${MOST_MS} ms of processor time for a call`, () => {
    // A new number each time, so that no cache helps.
    const spent = cpuTimeOf(() => {
      for (let call = 0; call < CALLS; call++) plan({ to: `8495123${1000 + call}` });
    });
    expect(spent / CALLS).toBeLessThan(MOST_MS);
  });
});
