import type { User } from './simulator/index.ts';

export const DEMO_KEY = 'demo';

/** Returns the parameters `pbx/main/…` for a simulator. */
export const simulatedPbx = (url: string, { username, secret }: User): Record<string, string> => ({
  'pbx/main/url': url,
  'pbx/main/username': username,
  'pbx/main/secret': secret,
});

/**
 * The PBX of a settings file without a PBX, for all commands except `start`. Nothing listens at its url: the simulator runs in the
 * process of `start`.
 */
export const SIMULATOR_ELSEWHERE = {
  'pbx/main/url': 'http://127.0.0.1:9',
  'pbx/main/username': 'simulator',
  'pbx/main/secret': 'simulator',
};

/** Returns the parameters of a start without a settings file, except those of the PBX. */
export function defaultSettings(keySecret: string): Record<string, unknown> {
  return {
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
    // The classic URL contains the key.
    [`keys/${DEMO_KEY}`]: { secret: keySecret, inUrl: true },
  };
}
