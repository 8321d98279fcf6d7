import type { TestProject } from 'vitest/node';
import { type ServicesUrl, startWorkerServices } from '../debian/worker-services.ts';
import { makeCertificates } from './certificates.ts';
import { asteriskRoot, startPbx, sweep } from './pbx.ts';
import { versions } from './types.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Asked for the Asterisks of a worker. Not set in projects without real Asterisks. */
    asterisk?: ServicesUrl;
  }
}

/** `TEST_ASTERISK=22` uses only that version, `TEST_ASTERISK=none` skips the tests on real Asterisks. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const asked = (process.env['TEST_ASTERISK'] ?? versions.join()).split(',');
  const wanted = versions.filter((version) => asked.includes(version));
  if (wanted.length === 0) {
    if (asked.join() !== 'none')
      throw new Error(`Set TEST_ASTERISK to ${versions.join(', ')}, both with a comma, or none.`);
    project.provide('asterisk', '');
    return async () => {};
  }
  await sweep();
  const certificates = await makeCertificates();
  const services = await startWorkerServices(
    `Asterisk ${wanted.join(' and ')}`,
    () => Promise.all(wanted.map(asteriskRoot)),
    async () => {
      const running = await Promise.all(wanted.map((version) => startPbx(version, certificates)));
      return {
        value: running.map(({ pbx }) => pbx),
        stop: async () => void (await Promise.all(running.map((one) => one.stop()))),
      };
    },
  );
  project.provide('asterisk', services.url);
  return services.stop;
}
