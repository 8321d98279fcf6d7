import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consult, isWell } from '../../../cli/doctor/consult.ts';
import type { Finding } from '../../../cli/doctor/finding.ts';
import type { Given } from '../../../cli/doctor/sample.ts';

export interface Diagnosis {
  /** What the exit status tells. */
  well: boolean;
  findings: Finding[];
  /** Everything but what is as it should be; what could not be looked at is no complaint. */
  complaints: Finding[];
}

/** Lets the doctor look at settings, from a file as users have it. */
export async function diagnose(settings: unknown, given: Given = {}): Promise<Diagnosis> {
  const dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-doctor-'));
  try {
    const file = join(dir, 'settings.json');
    await writeFile(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
    const findings: Finding[] = [];
    for await (const finding of consult({ file }, given)) findings.push(finding);
    const complaints = findings.filter(({ mark }) => mark === 'WARN' || mark === 'FAIL');
    return { well: isWell(findings), findings, complaints };
  } finally {
    await rm(dir, { recursive: true });
  }
}

export interface PbxParameters {
  url: string;
  username: string;
  secret: string;
  ca?: string;
}

/** Settings that are right but for what a test makes wrong in them. */
export const settingsFor = (
  { url, username, secret, ca }: PbxParameters,
  route: Record<string, unknown> = {},
): Record<string, unknown> => ({
  'pbx/main/url': url,
  'pbx/main/username': username,
  'pbx/main/secret': secret,
  ...(ca !== undefined && { 'pbx/main/ca': ca }),
  'routes/default': {
    channel: 'PJSIP/{agent}',
    context: 'callbacks',
    agents: '^32[0-9]{2}$',
    to: { country: 'RU', allow: ['+7'], deny: ['+76', '+77'] },
    ...route,
  },
  'keys/web': { secret: 'of-a-key-in-a-test' },
});
