import * as z from 'zod/mini';
import { explainIssue } from '../settings/explain-issue.ts';
import type { WebhookSettings } from '../settings/settings.ts';
import { invalidSettings } from '../settings/settings-error.ts';
import { nearestWord } from '../shared/nearest-word.ts';
import { SOURCES } from './sources/index.ts';

/**
 * Returns a webhook with its source. `settings` are as the schema of the source returns them.
 *
 * @throws SettingsError with all mistakes in the settings of this webhook.
 */
export function openWebhook(name: string, written: WebhookSettings) {
  const source = SOURCES.get(written.source);
  const settings = source && z.safeParse(source.settings, written).data;
  if (source && settings) return { name, settings, source };
  const parameter = `webhooks/${name}`;
  throw invalidSettings(
    webhookMistakes(written).map((sentence) => ({
      name: parameter,
      message: `${parameter} ${sentence}`,
      kind: 'invalid',
    })),
  );
}

/** Returns the mistakes in the settings of a webhook. The tools check them before the first event. */
export function webhookMistakes(settings: WebhookSettings): string[] {
  const source = SOURCES.get(settings.source);
  if (!source) return [unknownSource(settings.source)];
  const { error } = z.safeParse(source.settings, settings);
  const subject = { schema: source.settings, value: settings, secure: true };
  return error?.issues.map((issue) => explainIssue(issue, subject)) ?? [];
}

/** Returns a sentence without the written value, which may be the secret. */
function unknownSource(written: string): string {
  const names = [...SOURCES.keys()];
  const meant = nearestWord(written, names);
  const question = meant ? `; did you mean "${meant}"?` : '';
  return `"source" must be the name of a source: one of ${names.join(', ')}${question}`;
}
