import type { TestProject } from 'vitest/node';
import { type ServicesUrl, startWorkerServices } from '../debian/worker-services.ts';
import { motoRoot, startMoto } from './moto.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Asked for the moto of a worker. Not set in projects without AWS emulators. */
    moto?: ServicesUrl;
  }
}

/** `TEST_ASTERISK=none` skips the tests on moto too. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env['TEST_ASTERISK'] === 'none') {
    project.provide('moto', '');
    return async () => {};
  }
  const services = await startWorkerServices('moto', async () => void (await motoRoot()), startMoto);
  project.provide('moto', services.url);
  return services.stop;
}
