import type { TestProject } from 'vitest/node';
import { type Moto, startMoto } from '../aws/moto.ts';
import { makeCertificates } from './certificates.ts';
import { type RunningPbx, startPbx, sweep } from './pbx.ts';
import { whyNoAsterisk } from './roots.ts';
import { type AsteriskVersion, type Pbx, versions } from './types.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The real Asterisks of this run; without those that could not be had. */
    asterisk: Pbx[];
    /** Where moto listens. */
    moto: string | undefined;
  }
}

/**
 * Starts one Asterisk of each version, and moto, for the whole run. `TEST_ASTERISK=22` starts only that version, `none`
 * nothing at all: for quick runs of tests that need neither.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const asked = (process.env['TEST_ASTERISK'] ?? versions.join()).split(',');
  const wanted = versions.filter((version) => asked.includes(version));
  if (wanted.length === 0 && asked.join() !== 'none')
    throw new Error(`TEST_ASTERISK is one of ${versions.join(', ')}, both with a comma, or none.`);
  const { pbxes, moto, failures } = await startAll(wanted);
  const stop = async () => {
    await Promise.all([...pbxes, ...(moto ? [moto] : [])].map((one) => one.stop()));
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
    pbxes.map((one) => one.pbx),
  );
  project.provide('moto', moto?.url);
  return stop;
}

interface Started {
  pbxes: RunningPbx[];
  moto?: Moto;
  failures: string[];
}

async function startAll(wanted: AsteriskVersion[]): Promise<Started> {
  const started: Started = { pbxes: [], failures: [] };
  if (wanted.length === 0) return started;
  const reason = await whyNoAsterisk();
  if (reason !== undefined) return { ...started, failures: [reason] };
  await sweep();
  const failed = (what: string) => (error: unknown) => {
    started.failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  };
  const startPbxes = async () => {
    const certificates = await makeCertificates();
    await Promise.all(
      wanted.map((version) =>
        startPbx(version, certificates).then((one) => started.pbxes.push(one), failed(`Asterisk ${version}`)),
      ),
    );
  };
  const startedMoto = startMoto().then((one) => {
    started.moto = one;
  });
  await Promise.all([startPbxes().catch(failed('no certificates')), startedMoto.catch(failed('moto'))]);
  return started;
}

function loudBlock(failures: string[]): string {
  const line = '!'.repeat(100);
  const what =
    'LEFT OUT: the tests named "… on Asterisk 22", "… on Asterisk 16" and "…, on moto", as far as one of these could not be had:';
  return `\n${line}\n${what}\n${failures.join('\n')}\n${line}\n`;
}
