import { randomBytes } from 'node:crypto';
import type { Wish } from './wish.ts';

/** The settings that go with it, as a file for `npm start`, `npm run doctor` and `npm run settings`. */
export function settingsSnippet({ host, port, prefix, user, secret, context, allow }: Wish): string {
  const settings = {
    'pbx/main/url': `https://${host}:${port}/${prefix}`,
    'pbx/main/username': user,
    'pbx/main/secret': secret,
    'routes/default': {
      channel: 'PJSIP/{agent}',
      context,
      to: { allow, dialAs: '{e164}' },
    },
    'keys/web': { secret: randomBytes(24).toString('base64url') },
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}
