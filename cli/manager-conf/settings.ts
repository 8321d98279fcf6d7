import { randomBytes } from 'node:crypto';
import { bracketed, type Wish } from './wish.ts';

/** The settings that go with it, as a file for `npm start`, `npm run doctor` and `npm run settings`. */
export function settingsSnippet(wish: Wish): string {
  const { host, port, prefix, user, secret, context, agents, country, allow, ca } = wish;
  const settings = {
    'pbx/main/url': `https://${bracketed(host)}:${port}/${prefix}`,
    'pbx/main/username': user,
    'pbx/main/secret': secret,
    ...(ca !== undefined && { 'pbx/main/ca': ca }),
    'routes/default': {
      channel: 'PJSIP/{agent}',
      context,
      agents,
      // What the dialplan that goes with it takes.
      to: { ...(country !== undefined && { country }), allow, dialAs: '{e164}' },
    },
    'keys/web': { secret: randomBytes(24).toString('base64url') },
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}
