import type { User } from './simulator/index.ts';

export const DEMO_KEY = 'demo';

/** The settings of a plain `npm start`: a flat object, as a file for --settings would hold. */
export function defaultSettings(
  pbxUrl: string,
  { username, secret }: User,
  keySecret: string,
): Record<string, unknown> {
  return {
    'pbx/main/url': pbxUrl,
    'pbx/main/username': username,
    'pbx/main/secret': secret,
    'routes/default': {
      pbx: ['main'],
      first: 'agent',
      channel: 'PJSIP/{agent}',
      context: 'OUT_EXT2',
      exten: '{to}',
      priority: '1',
      agents: '^3[0-9]{3}$',
      to: {
        country: 'RU',
        allow: ['+7'],
        deny: ['+7940'],
        premium: false,
        dialAs: '8{national}',
        extensions: '^3[0-9]{3}$',
      },
      callerId: '{agent}',
      callerIds: ['^3[0-9]{3}$'],
      timeoutSeconds: 30,
      variables: ['CRM_ID'],
      classic: { c: ['OUT_EXT2'], p: ['1'] },
    },
    // The classic URL has no place but the URL for its key.
    [`keys/${DEMO_KEY}`]: { secret: keySecret, inUrl: true },
  };
}
