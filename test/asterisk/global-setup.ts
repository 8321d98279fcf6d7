import type { TestProject } from 'vitest/node';
import { makeCertificates } from './certificates.ts';
import { type RunningPbx, startPbx, sweep } from './pbx.ts';
import { whyNoAsterisk } from './roots.ts';
import { type AsteriskVersion, type Pbx, versions } from './types.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The real Asterisks of this run; without those that could not be had. */
    asterisk: Pbx[];
  }
}

/**
 * Starts one Asterisk of each version for the whole run. `TEST_ASTERISK=22` starts only that one, `none` none: for quick
 * runs of tests that need no PBX.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const wanted = versions.filter((version) =>
    (process.env['TEST_ASTERISK'] ?? versions.join()).includes(version),
  );
  const { running, failures } = await startAll(wanted);
  const stop = async () => {
    await Promise.all(running.map((one) => one.stop()));
  };
  if (failures.length > 0) {
    if (process.env['CI'] === 'true') {
      await stop();
      throw new Error(failures.join('\n'));
    }
    console.error(loudBlock(failures));
  }
  project.provide(
    'asterisk',
    running.map((one) => one.pbx),
  );
  return stop;
}

async function startAll(wanted: AsteriskVersion[]): Promise<{ running: RunningPbx[]; failures: string[] }> {
  if (wanted.length === 0) return { running: [], failures: [] };
  const reason = await whyNoAsterisk();
  if (reason !== undefined) return { running: [], failures: [reason] };
  await sweep();
  const running: RunningPbx[] = [];
  const failures: string[] = [];
  try {
    const certificates = await makeCertificates();
    await Promise.all(
      wanted.map((version) =>
        startPbx(version, certificates).then(
          (one) => running.push(one),
          (error: Error) => failures.push(`Asterisk ${version}: ${error.message}`),
        ),
      ),
    );
  } catch (error) {
    failures.push(`no certificates: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { running, failures };
}

function loudBlock(failures: string[]): string {
  const line = '!'.repeat(100);
  const what =
    'LEFT OUT: the tests on a real Asterisk (named "… on Asterisk 22" and "… on Asterisk 16"), because:';
  return `\n${line}\n${what}\n${failures.join('\n')}\n${line}\n`;
}
