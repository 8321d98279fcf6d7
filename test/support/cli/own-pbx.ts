import { afterAll, beforeAll } from 'vitest';
import { makeCertificates } from '../asterisk/certificates.ts';
import type { EditFile } from '../asterisk/configure.ts';
import { type RunningPbx, startPbx } from '../asterisk/pbx.ts';
import type { AsteriskVersion, Certificates, KeyPair, Pbx } from '../asterisk/types.ts';

interface Own {
  edit: EditFile;
  /** What its HTTPS shows instead of a good certificate. */
  certificate?: (certificates: Certificates) => KeyPair;
  /** Whether it is up; whatever it answers over HTTP is enough by default. */
  answers?: (pbx: Pbx) => Promise<boolean>;
}

/** Asterisks of a test file's own, each configured in its own way; they run as long as its `describe`. */
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
