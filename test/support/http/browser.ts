import { type Browser, chromium } from 'playwright-core';
import { describe, inject } from 'vitest';
import { sharedServices } from '../debian/worker-services.ts';

/** As `describe`, for tests that need a browser. Skipped, with a notice, on machines that cannot have one. */
export function describeInBrowser(name: string, tests: (open: () => Promise<Browser>) => void): void {
  const url = inject('chromium') ?? '';
  describe.skipIf(url === '')(name, () =>
    tests(async () => chromium.connectOverCDP(await sharedServices<string>(url))),
  );
}
