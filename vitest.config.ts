import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const cores = availableParallelism();
/** Tests on a real PBX mostly wait for phones. Each worker has PBXes of its own. */
const waiting = 2 * cores;

/** The file's name says what a test needs: `x.test.ts` nothing, `x.asterisk.test.ts` real Asterisks, and so on. */
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
          exclude: ['test/**/*.{simulator,asterisk,aws}.test.ts'],
          maxWorkers: cores,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'simulator',
          include: ['test/**/*.simulator.test.ts'],
          maxWorkers: cores,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'aws',
          include: ['test/**/*.aws.test.ts'],
          globalSetup: ['test/support/aws/global-setup.ts'],
          maxWorkers: cores,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'asterisk',
          include: ['test/**/*.asterisk.test.ts'],
          globalSetup: ['test/support/asterisk/global-setup.ts'],
          maxWorkers: waiting,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
