import * as z from 'zod/mini';
import { checkReferences } from './check-references.ts';
import { explainIssue } from './explain-issue.ts';
import { groupParameters } from './group-parameters.ts';
import { pbxSchema, sendsSecretInClear, tlsNeeded } from './pbx-settings.ts';
import {
  bareRecord,
  GROUPS,
  type GroupName,
  groupNames,
  type ParameterKind,
  type Settings,
  SINGLES,
  type SingleName,
  singleNames,
  type WebhookSettings,
} from './settings.ts';
import { invalidSettings, type SettingsProblem } from './settings-error.ts';

type Refuse = (name: string, sentence: string, kind?: SettingsProblem['kind']) => void;

interface ParseOptions {
  /** The path in Parameter Store, for the names in errors. Left out for a file. */
  path?: string | undefined;
  /** Whether the functions run on AWS, where plain HTTP to a PBX would cross other networks. */
  onAws?: boolean | undefined;
  /** Checks the fields that depend on the source of a webhook. It comes from lib/webhooks, because only webhooks need this code. */
  webhookMistakes?: (webhook: WebhookSettings) => string[];
}

/**
 * Checks parameters, by their names without the path. Values are text. In a settings file, JSON values are objects.
 *
 * @throws SettingsError SETTINGS_INVALID with all problems.
 */
export function parseSettings(flat: Readonly<Record<string, unknown>>, options: ParseOptions = {}): Settings {
  const { settings, problems } = examineSettings(flat, options);
  if (problems.length > 0) throw invalidSettings(problems);
  return settings;
}

/**
 * Returns all problems of the parameters, and settings without the parameters that have the wrong form.
 *
 * @throws SettingsError SETTINGS_INVALID if there are no parameters.
 */
export function examineSettings(
  flat: Readonly<Record<string, unknown>>,
  { path, onAws = false, webhookMistakes = () => [] }: ParseOptions = {},
): { settings: Settings; problems: SettingsProblem[] } {
  if (Object.keys(flat).length === 0) throw invalidSettings([noSettings(path)]);
  const problems: SettingsProblem[] = [];
  const refuse: Refuse = (name, sentence, kind = 'invalid') => {
    problems.push({ name, message: `${path === undefined ? '' : `${path}/`}${name} ${sentence}`, kind });
  };

  const grouped = groupParameters(flat, refuse);
  const settings: Settings = {
    pbx: parsePbxes(grouped.pbx, onAws, refuse),
    ...(Object.fromEntries(
      groupNames.map((group) => [group, parseGroup(group, grouped[group], refuse)]),
    ) as Pick<Settings, GroupName>),
    ...parseSingles(flat, refuse),
  };
  // Reports the missing fields of pbx/main.
  if (Object.keys(grouped.pbx).length === 0) parsePbxes({ main: {} }, onAws, refuse);
  if (Object.keys(grouped.routes).length === 0)
    refuse('routes/default', 'is missing: it must say which numbers may be called, and how', 'missing');
  checkReferences(settings, grouped, refuse);
  for (const [name, webhook] of Object.entries(settings.webhooks))
    for (const mistake of webhookMistakes(webhook)) refuse(`webhooks/${name}`, mistake);
  return { settings, problems };
}

const noSettings = (path: string | undefined): SettingsProblem => ({
  name: '',
  message:
    path === undefined
      ? 'The settings are empty. Begin with a PBX, a route and a key'
      : `There are no settings under ${path}. If there should be, check stage, region and account. Otherwise begin with a PBX, a route and a key`,
  kind: 'missing',
});

function parsePbxes(
  pbxes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  onAws: boolean,
  refuse: Refuse,
): Settings['pbx'] {
  const parsed = bareRecord<Settings['pbx'][string]>();
  for (const [name, value] of Object.entries(pbxes)) {
    const result = z.safeParse(pbxSchema, value);
    if (result.success) parsed[name] = result.data;
    for (const { path, message } of result.error?.issues ?? []) {
      const field = String(path[0]);
      if (field in value) refuse(`pbx/${name}/${field}`, message);
      else refuse(`pbx/${name}/${field}`, `is missing: it ${message}`, 'missing');
    }
    if (onAws && result.success && sendsSecretInClear(result.data) && result.data.insecure === undefined)
      refuse(`pbx/${name}/url`, tlsNeeded(name));
  }
  return parsed;
}

function parseGroup(
  group: GroupName,
  parameters: Readonly<Record<string, unknown>>,
  refuse: Refuse,
): Record<string, unknown> {
  const parsed = bareRecord<unknown>();
  for (const [name, written] of Object.entries(parameters)) {
    const value = parseParameter(`${group}/${name}`, GROUPS[group], written, refuse);
    if (value !== undefined) parsed[name] = value;
  }
  return parsed;
}

function parseSingles(flat: Readonly<Record<string, unknown>>, refuse: Refuse): Pick<Settings, SingleName> {
  const parsed: Record<string, unknown> = {};
  for (const name of singleNames) {
    if (flat[name] === undefined) continue;
    const value = parseParameter(name, SINGLES[name], flat[name], refuse);
    if (value !== undefined) parsed[name] = value;
  }
  return parsed;
}

function parseParameter(
  parameter: string,
  { schema, secure, isText }: ParameterKind,
  written: unknown,
  refuse: Refuse,
): unknown {
  let value = written;
  try {
    if (typeof written === 'string' && !isText) value = JSON.parse(written);
  } catch (error) {
    refuse(parameter, notJson(error as SyntaxError), 'not-json');
    return undefined;
  }
  const result = z.safeParse<z.core.$ZodType>(schema, value);
  const subject = { schema, value, secure };
  for (const issue of result.error?.issues ?? []) refuse(parameter, explainIssue(issue, subject));
  return result.data;
}

/** Uses only the position of V8's message, because the message quotes text that may be a secret. */
function notJson({ message }: SyntaxError): string {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  const where = line === undefined ? '' : ` (line ${line}, column ${column})`;
  return `is not valid JSON${where}: it must be one object with quoted names, such as {"name": "value"}`;
}
