import { afterAll, beforeAll } from 'vitest';
import { makeCertificates } from '../asterisk/certificates.ts';
import type { EditFile } from '../asterisk/configure.ts';
import { type RunningPbx, startPbx } from '../asterisk/pbx.ts';
import type { AsteriskVersion, Certificates, KeyPair, Pbx } from '../asterisk/types.ts';

interface Own {
  edit: EditFile;
  /** The certificate of its HTTPS, instead of a good one. */
  certificate?: (certificates: Certificates) => KeyPair;
  /** Whether it is up. By default any answer over HTTP is enough. */
  answers?: (pbx: Pbx) => Promise<boolean>;
}

/** Starts Asterisks of the test file's own, each with its own configuration, for the time of the `describe`. */
export function ownPbxes<Name extends string>(
  version: AsteriskVersion,
  wanted: Record<Name, Own>,
): Record<Name, Pbx> {
  const running: RunningPbx[] = [];
  const pbxes: Partial<Record<Name, Pbx>> = {};
  beforeAll(async () => {
    const certificates = await makeCertificates();
    const start = async ([name, { edit, certificate, answers = answersHttp }]: [Name, Own]) => {
      const server = certificate?.(certificates) ?? certificates.server;
      const one = await startPbx(version, { ...certificates, server }, { edit, answers });
      running.push(one);
      pbxes[name] = one.pbx;
    };
    await Promise.all((Object.entries(wanted) as [Name, Own][]).map(start));
  });
  afterAll(async () => {
    await Promise.all(running.map((one) => one.stop()));
  });
  return pbxes as Record<Name, Pbx>;
}

const answersHttp = ({ httpUrl }: Pbx): Promise<boolean> =>
  fetch(`${httpUrl}/rawman`).then(
    () => true,
    () => false,
  );
