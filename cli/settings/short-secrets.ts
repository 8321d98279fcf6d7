import type { Settings } from '../../lib/settings/settings.ts';
import type { SettingsWarning } from './settings-warning.ts';

/** An attacker can guess a shorter secret with many requests. In characters. */
const MIN_LENGTH = 16;

/** Warns about keys and webhooks with a short secret. */
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
    cure: 'make a new secret with `openssl rand -hex 24`',
  }));
}
