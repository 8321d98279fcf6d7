import type { TestProject } from 'vitest/node';
import { debianRoot } from '../debian/roots.ts';
import { startServer } from '../debian/server.ts';
import { type ServicesUrl, type Started, startWorkerServices } from '../debian/worker-services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Asked for the Chromium of this run. Not set in projects without a browser. */
    chromium?: ServicesUrl;
  }
}

const chromiumRoot = (): Promise<string> => debianRoot('chromium', 'bookworm', 'chromium,fonts-dejavu-core');

/** Starts Debian's Chromium without a window. Resolves with the address of its debugger. */
const startChromium = async (): Promise<Started<string>> =>
  startServer(await chromiumRoot(), (port) => [
    'chromium',
    '--headless=new',
    // It runs as root in a chroot, and loads only pages of these tests.
    '--no-sandbox',
    '--disable-gpu',
    '--user-data-dir=/tmp/profile',
    `--remote-debugging-port=${port}`,
    'about:blank',
  ]);

/** `TEST_ASTERISK=none` skips the tests in a browser too. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env['TEST_ASTERISK'] === 'none') {
    project.provide('chromium', '');
    return async () => {};
  }
  const browser = await startWorkerServices('Chromium', chromiumRoot, startChromium);
  project.provide('chromium', browser.url);
  return () => browser.stop();
}
