import { createParameterReader } from '../../lib/settings/parameter-reader.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import type { GroupName, Settings } from '../../lib/settings/settings.ts';
import { SettingsError, type SettingsProblem } from '../../lib/settings/settings-error.ts';
import { webhookMistakes } from '../../lib/webhooks/webhook.ts';
import { readSettingsFile } from '../../local/settings-file.ts';
import { stagePath } from '../options.ts';
import { findMistakes } from '../settings/find-mistakes.ts';
import { findWarnings } from '../settings/find-warnings.ts';
import { suggestFileFix, suggestStageFix } from '../settings/suggest-fix.ts';
import { type Finding, fail, ok, type Verdict, warn } from './finding.ts';

/** The source of the settings: a file, or Parameter Store. */
export type SettingsOrigin = { file: string } | { stage: string };

interface Loaded {
  settings?: Settings;
  findings: Finding[];
}

/** Returns the settings, if they are valid, and the findings about them. */
export async function checkSettings(from: SettingsOrigin): Promise<Loaded> {
  try {
    if ('file' in from) return await judged((await readSettingsFile(from.file)).settings, from.file);
    const settings = await readStage(from.stage);
    if (settings) return await judged(settings, stagePath(from.stage));
    return { findings: [finding(nothingUnder(from.stage))] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const cure = 'file' in from ? FILE_CURES[error.code] : curesFor(from.stage)[error.code];
    if (error.problems.length === 0) return { findings: [finding(fail(error.message, cure))] };
    const advice = (problem: SettingsProblem): string | undefined =>
      'file' in from ? suggestFileFix(problem) : suggestStageFix(problem, stagePath(from.stage));
    return {
      findings: error.problems.map((problem) => finding(fail(problem.message, advice(problem) ?? cure))),
    };
  }
}

const judged = async (settings: Settings, where: string): Promise<Loaded> => ({
  settings,
  findings: (await judge(settings, where)).map(finding),
});

const finding = (verdict: Verdict): Finding => ({ subject: 'settings', check: 'settings', ...verdict });

const FILE_CURES = {
  SETTINGS_INVALID: 'correct the file and run the doctor again',
  SETTINGS_DENIED: 'change the permissions of the file so that you can read it',
  SETTINGS_UNREACHABLE:
    'name a JSON file with --settings. `manager-conf --out FOLDER` writes a settings.json',
} as const;

const curesFor = (stage: string) => ({
  SETTINGS_INVALID: `correct the parameter. To write the parameters of a file, run \`${pushTo(stage)}\``,
  SETTINGS_DENIED:
    'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, to credentials that may read the settings',
  SETTINGS_UNREACHABLE: 'check AWS_REGION and the connection to AWS',
});

const pushTo = (stage: string): string => `npx asterisk-callback settings push FILE --stage ${stage}`;

/** Returns the settings of a stage. Undefined if the stage has no parameters. */
async function readStage(stage: string): Promise<Settings | undefined> {
  const path = stagePath(stage);
  const parameters = await createParameterReader(path)();
  return Object.keys(parameters).length === 0
    ? undefined
    : parseSettings(parameters, { path, onAws: true, webhookMistakes });
}

const nothingUnder = (stage: string): Verdict =>
  fail(
    `there are no settings under ${stagePath(stage)}`,
    `check --stage, AWS_REGION and the account. For a new stage, \`${pushTo(stage)}\` writes the settings of a file, such as the settings.json of \`npx asterisk-callback manager-conf\``,
  );

async function judge(settings: Settings, where: string): Promise<Verdict[]> {
  const count = (group: 'pbx' | GroupName, word: string, plural = `${word}s`) => {
    const number = Object.keys(settings[group]).length;
    return `${number} ${number === 1 ? word : plural}`;
  };
  const counts = [
    count('pbx', 'PBX', 'PBXes'),
    count('routes', 'route'),
    count('keys', 'key'),
    count('webhooks', 'webhook'),
  ];
  const verdicts = [ok(`${where} is valid: ${counts.join(', ')}`)];
  if (Object.keys(settings.keys).length + Object.keys(settings.webhooks).length === 0)
    verdicts.push(
      warn(
        'the settings have no key and no webhook, so every HTTP request for a call is refused',
        'add keys/<id> with a secret from `openssl rand -hex 24`. Schedules and queues need no key',
      ),
    );
  for (const mistake of await findMistakes(settings))
    verdicts.push(fail(mistake, 'correct the setting. Requests and events that use it get an error'));
  for (const { found, cure } of findWarnings(settings)) verdicts.push(warn(found, cure));
  return verdicts;
}
