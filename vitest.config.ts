import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** What a test needs, as the name of its file says it: `x.asterisk.test.ts`. A plain `x.test.ts` needs nothing. */
const NEEDS = ['process', 'simulator', 'aws', 'browser', 'asterisk'] as const;

const cores = availableParallelism();

/** The tests that use the processor. They come first, and share the cores. */
const busy = { maxWorkers: cores, sequence: { groupOrder: 0 } };
/** The tests that mostly wait for phones. Each worker has Asterisks of its own. */
const waiting = { maxWorkers: 2 * cores, sequence: { groupOrder: 1 } };

function project(
  name: (typeof NEEDS)[number],
  more: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration {
  return { extends: true, test: { name, include: [`test/**/*.${name}.test.ts`], ...more } };
}

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: NEEDS.map((need) => `test/**/*.${need}.test.ts`),
          ...busy,
        },
      },
      project('process', busy),
      project('simulator', busy),
      project('aws', { globalSetup: ['test/support/aws/global-setup.ts'], ...busy }),
      project('browser', { globalSetup: ['test/support/http/browser-setup.ts'], ...busy }),
      project('asterisk', { globalSetup: ['test/support/asterisk/global-setup.ts'], ...waiting }),
    ],
  },
});
