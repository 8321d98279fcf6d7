import { explainIssue } from '../settings/explain-issue.ts';
import type { WebhookSettings } from '../settings/settings.ts';
import { invalidSettings } from '../settings/settings-error.ts';
import { nearestWord } from '../shared/nearest-word.ts';
import type { OpenSource } from './define-source.ts';
import { SOURCES } from './sources/index.ts';

/** A webhook of the settings, with its source. */
export interface Webhook {
  name: string;
  settings: WebhookSettings;
  source: OpenSource;
}

/** @throws SettingsError with all mistakes in the settings of this webhook. */
export function openWebhook(name: string, settings: WebhookSettings): Webhook {
  const opened = open(settings);
  if (opened.ok) return { name, settings, source: opened.source };
  const parameter = `webhooks/${name}`;
  throw invalidSettings(
    opened.sentences.map((sentence) => ({
      name: parameter,
      message: `${parameter} ${sentence}`,
      kind: 'invalid',
    })),
  );
}

/** Returns the mistakes in the settings of a webhook. Only the tools use it. Functions find mistakes with the first event. */
export function webhookMistakes(settings: WebhookSettings): string[] {
  const opened = open(settings);
  return opened.ok ? [] : opened.sentences;
}

type Opened = { ok: true; source: OpenSource } | { ok: false; sentences: string[] };

function open(settings: WebhookSettings): Opened {
  const source = SOURCES.get(settings.source);
  if (!source) return { ok: false, sentences: [unknownSource(settings.source)] };
  const opened = source.open(settings);
  if (opened.ok) return opened;
  const subject = { schema: source.schema, value: settings, secure: true };
  return { ok: false, sentences: opened.issues.map((issue) => explainIssue(issue, subject)) };
}

/** Returns a sentence without the written value, which may be the secret. */
function unknownSource(written: string): string {
  const names = [...SOURCES.keys()];
  const meant = nearestWord(written, names);
  const question = meant ? `; did you mean "${meant}"?` : '';
  return `"source" must be the name of a source: one of ${names.join(', ')}${question}`;
}
