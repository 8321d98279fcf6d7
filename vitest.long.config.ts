import { defineConfig } from 'vitest/config';

/** Long runs on real Asterisks, such as the matrix of faults. Not part of `npm test`. */
export default defineConfig({
  test: {
    name: 'long',
    include: ['test/**/*.long.ts'],
    globalSetup: ['test/support/asterisk/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    passWithNoTests: true,
  },
});
