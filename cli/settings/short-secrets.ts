import type { Settings } from '../../lib/settings/settings.ts';
import type { Doubt } from './doubt.ts';

/** What is shorter can be guessed, by whoever may ask again and again. */
const LEAST = 16;

/** Keys and webhooks whose secret is too short to be good. They are taken all the same. */
export function shortSecrets({ keys, webhooks }: Pick<Settings, 'keys' | 'webhooks'>): Doubt[] {
  const isShort = (secret: string): boolean => secret.length < LEAST;
  const names = [
    ...Object.entries(keys).flatMap(([id, { secret }]) =>
      secret !== undefined && isShort(secret) ? [`keys/${id}`] : [],
    ),
    ...Object.entries(webhooks).flatMap(([name, { secret }]) =>
      secret.some(isShort) ? [`webhooks/${name}`] : [],
    ),
  ];
  return names.map((name) => ({
    found: `${name} has a secret of fewer than ${LEAST} characters, which can be guessed`,
    cure: 'put one that `openssl rand -hex 24` makes',
  }));
}
