import { SettingsError } from '../../lib/settings/errors.ts';
import { createParameterReader } from '../../lib/settings/parameter-store.ts';
import { parseSettings } from '../../lib/settings/parse.ts';
import type { Settings } from '../../lib/settings/schema.ts';
import { readSettingsFile } from '../../local/settings-file.ts';
import { stagePath } from '../cli.ts';
import type { Finding } from './finding.ts';

/** Where settings come from: a file, or Parameter Store. */
export type From = { file: string } | { stage: string };

/** The settings, if they can be had, and what there is to say of them. */
export async function loadSettings(from: From): Promise<{ settings?: Settings; findings: Finding[] }> {
  try {
    const settings = await read(from);
    return { settings, findings: judge(settings, from) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const problems = error.problems.length > 0 ? error.problems : [error];
    const cure = 'file' in from ? FILE_CURES[error.code] : CURES[error.code];
    return {
      findings: problems.map(({ message }) => ({
        subject: 'settings',
        check: 'settings',
        mark: 'FAIL',
        found: message,
        cure,
      })),
    };
  }
}

const FILE_CURES = {
  SETTINGS_INVALID: 'mend the file; the next check takes it as it is then',
  SETTINGS_DENIED: 'make the file one that you may read',
  SETTINGS_UNREACHABLE: 'name a JSON file, such as `npm run manager-conf -- --out` writes',
} as const;

const CURES = {
  SETTINGS_INVALID: 'mend the parameter; `npm run settings -- check` and `push` do it from a file',
  SETTINGS_DENIED: 'use credentials that may read it: AWS_PROFILE, or AWS_ACCESS_KEY_ID and its like',
  SETTINGS_UNREACHABLE: 'check AWS_REGION and the way to AWS',
} as const;

async function read(from: From): Promise<Settings> {
  if ('file' in from) return (await readSettingsFile(from.file)).settings;
  const path = stagePath(from.stage);
  return parseSettings(await createParameterReader(path)(), { path });
}

function judge(settings: Settings, from: From): Finding[] {
  const where = 'file' in from ? from.file : stagePath(from.stage);
  const count = (group: keyof Settings, word: string, plural = `${word}s`) => {
    const number = Object.keys(settings[group]).length;
    return `${number} ${number === 1 ? word : plural}`;
  };
  const counts = [
    count('pbx', 'PBX', 'PBXes'),
    count('routes', 'route'),
    count('keys', 'key'),
    count('webhooks', 'webhook'),
  ];
  const subject = 'settings';
  const findings: Finding[] = [
    { subject, check: subject, mark: 'OK', found: `${where} is valid: ${counts.join(', ')}` },
  ];
  if (Object.keys(settings.keys).length + Object.keys(settings.webhooks).length === 0)
    findings.push({
      subject,
      check: subject,
      mark: 'WARN',
      found: 'there is no key: nobody may ask for a call over HTTP',
      cure: 'add keys/<id> with a secret (`openssl rand -hex 24`); schedules and queues need none',
    });
  return findings;
}
