import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../../cli/doctor/finding.ts';
import type { GivenParties } from '../../../cli/doctor/sample-calls.ts';
import { passed, runChecks } from '../../../cli/doctor.ts';

export interface Diagnosis {
  /** Whether the exit status is 0. */
  well: boolean;
  findings: Finding[];
  /** The findings that are WARN or FAIL. */
  complaints: Finding[];
}

/** Runs the doctor on settings, which it reads from a file. */
export async function diagnose(settings: unknown, given: GivenParties = {}): Promise<Diagnosis> {
  const dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-doctor-'));
  try {
    const file = join(dir, 'settings.json');
    await writeFile(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
    const findings: Finding[] = [];
    for await (const finding of runChecks({ file }, given)) findings.push(finding);
    const complaints = findings.filter(({ mark }) => mark === 'WARN' || mark === 'FAIL');
    return { well: passed(findings), findings, complaints };
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

/** Returns settings that are right, except for what a test changes. */
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
    limits: { perDay: 500 },
    ...route,
  },
  'keys/web': { secret: 'of-a-key-in-a-test' },
});
