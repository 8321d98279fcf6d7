import type { Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

/** A shorter secret can be guessed with many requests. */
const MIN_LENGTH = 16;

/** Warns about keys and webhooks with a short secret. They work nevertheless. */
export function shortSecrets({ keys, webhooks }: Pick<Settings, 'keys' | 'webhooks'>): SettingsWarning[] {
  const isShort = (secret: string): boolean => secret.length < MIN_LENGTH;
  const names = [
    ...Object.entries(keys).flatMap(([id, { secret }]) =>
      secret !== undefined && isShort(secret) ? [`keys/${id}`] : [],
    ),
    ...Object.entries(webhooks).flatMap(([name, { secret }]) =>
      secret.some(isShort) ? [`webhooks/${name}`] : [],
    ),
  ];
  return names.map((name) => ({
    found: `${name} has a secret of fewer than ${MIN_LENGTH} characters, which can be guessed`,
    cure: 'use one that `openssl rand -hex 24` makes',
  }));
}
