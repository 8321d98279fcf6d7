import * as z from 'zod/mini';
import { destinationsSchema } from './destination-settings.ts';
import { explain } from './explain-issue.ts';
import { howToBegin, putIt } from './hints.ts';
import { hoursSchema } from './hours-settings.ts';
import { readJson } from './json.ts';
import { keySchema } from './key-settings.ts';
import { isSecureParameter } from './parameter-names.ts';
import { pbxSchema } from './pbx-settings.ts';
import { checkReferences } from './references.ts';
import { routeFields, routeSchema } from './route-settings.ts';
import { bareRecord, type Settings } from './settings.ts';
import { invalidSettings, type SettingsProblem } from './settings-error.ts';
import { sortParameters } from './sort-parameters.ts';
import { type WebhookSettings, webhookSchema } from './webhook-settings.ts';

type Refuse = (name: string, sentence: string) => void;

interface ParseOptions {
  path?: string | undefined;
  /** Checks the fields that depend on the source of a webhook. lib/webhooks has it, because only webhooks need its code. */
  webhookMistakes?: (webhook: WebhookSettings) => string[];
}

const ROUTE_FIELDS = {
  '': Object.keys(routeFields.def.shape),
  to: Object.keys(destinationsSchema.def.shape),
  hours: Object.keys(hoursSchema.def.shape),
  classic: ['c', 'p'],
};
const KEY_FIELDS = { '': Object.keys(keySchema.def.shape) };

/**
 * Settings from parameters by their names without the path. Values are text, or objects where Parameter Store holds
 * JSON (the settings file of `npm start`). Without a `path` the names in errors are those of the file.
 * Throws SettingsError `SETTINGS_INVALID` with every problem there is.
 */
export function parseSettings(
  flat: Readonly<Record<string, unknown>>,
  { path, webhookMistakes }: ParseOptions = {},
): Settings {
  if (Object.keys(flat).length === 0)
    throw invalidSettings([{ parameter: path ?? '', message: howToBegin(path) }]);
  const problems: SettingsProblem[] = [];
  const refuse: Refuse = (name, sentence) => {
    const parameter = path === undefined ? name : `${path}/${name}`;
    problems.push({ parameter, message: `${parameter} ${sentence}` });
  };

  const sorted = sortParameters(flat, refuse);
  const settings: Settings = {
    pbx: parsePbxes(sorted.pbx, path, refuse),
    routes: parseJsonGroup('routes', sorted.routes, routeSchema, ROUTE_FIELDS, refuse),
    keys: parseJsonGroup('keys', sorted.keys, keySchema, KEY_FIELDS, refuse),
    webhooks: parseJsonGroup('webhooks', sorted.webhooks, webhookSchema, {}, refuse),
  };
  if (Object.keys(sorted.pbx).length === 0)
    for (const field of ['url', 'username', 'secret'])
      refuse(`pbx/main/${field}`, `is missing: ${putIt(`pbx/main/${field}`, path)}`);
  if (Object.keys(sorted.routes).length === 0)
    refuse('routes/default', `is missing: ${putIt('routes/default', path)}`);
  checkReferences(settings, sorted, refuse);
  if (webhookMistakes)
    for (const [name, webhook] of Object.entries(settings.webhooks))
      for (const mistake of webhookMistakes(webhook)) refuse(`webhooks/${name}`, mistake);
  if (problems.length > 0) throw invalidSettings(problems);
  return settings;
}

function parsePbxes(
  pbxes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  path: string | undefined,
  refuse: Refuse,
): Settings['pbx'] {
  const parsed = bareRecord<Settings['pbx'][string]>();
  for (const [name, value] of Object.entries(pbxes)) {
    const result = z.safeParse(pbxSchema, value);
    if (result.success) parsed[name] = result.data;
    for (const { path: at, message } of result.error?.issues ?? []) {
      const field = String(at[0]);
      const parameter = `pbx/${name}/${field}`;
      refuse(parameter, field in value ? message : `is missing: ${putIt(parameter, path)}`);
    }
  }
  return parsed;
}

function parseJsonGroup<S extends z.core.$ZodType>(
  group: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: S,
  fields: Readonly<Record<string, readonly string[]>>,
  refuse: Refuse,
): Record<string, z.output<S>> {
  const parsed = bareRecord<z.output<S>>();
  for (const [name, written] of Object.entries(parameters)) {
    const parameter = `${group}/${name}`;
    const json = readJson(written);
    if (!json.ok) {
      refuse(parameter, json.sentence);
      continue;
    }
    const result = z.safeParse(schema, json.value);
    if (result.success) parsed[name] = result.data;
    const subject = { value: json.value, secure: isSecureParameter(parameter), fields };
    for (const issue of result.error?.issues ?? []) refuse(parameter, explain(issue, subject));
  }
  return parsed;
}
