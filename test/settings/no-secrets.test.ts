import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { SettingsError } from '../../lib/settings/settings-error.ts';
import { webhookMistakes } from '../../lib/webhooks/webhook.ts';
import { PATH, settingsWith } from '../support/settings/fixtures.ts';

/** Also short ones, which can still not occur in a message by chance. */
const secret = fc.stringMatching(/^[A-Za-z0-9_-]{0,40}$/).map((word) => `Zq9x${word}x9qZ`);

/** Mistakes that people make with a parameter that holds a secret. */
const MISTAKES: Record<string, (secret: string) => Record<string, unknown>> = {
  'incomplete JSON': (s) => ({ 'keys/web': `{"secret": "${s}"` }),
  'JSON without quotes': (s) => ({ 'keys/web': `{"secret": ${s}}` }),
  'a key that is its secret': (s) => ({ 'keys/web': s }),
  'a key that is its secret as JSON': (s) => ({ 'keys/web': JSON.stringify(s) }),
  'a secret as the field name': (s) => ({ 'keys/web': { [s]: true } }),
  'a secret under another name': (s) => ({ 'keys/web': { password: s } }),
  'a secret as the name of a field that is missing': (s) => ({ 'keys/web': { secert: s } }),
  'a secret in a list': (s) => ({ 'keys/web': { secret: [s] } }),
  'a secret with a line break': (s) => ({ 'keys/web': { secret: `${s}\n` } }),
  'a secret as the principal': (s) => ({ 'keys/web': { principal: s } }),
  'a secret as a route': (s) => ({ 'keys/web': { secret: '0123456789abcdef', routes: [s] } }),
  'a secret as a block and an origin': (s) => ({ 'keys/web': { secret: s, from: [s], origins: [s] } }),
  'a secret and a principal': (s) => ({
    'keys/web': { secret: s, principal: 'arn:aws:iam::123456789012:role/x' },
  }),
  'a webhook that is its secret': (s) => ({ 'webhooks/crm': s }),
  'a webhook without source': (s) => ({ 'webhooks/crm': { secret: s } }),
  'a webhook whose source is the secret': (s) => ({ 'webhooks/crm': { source: s, secret: s } }),
  'a webhook with a secret for a field name': (s) => ({
    'webhooks/crm': { source: 'json', secret: s, map: { [s]: s }, agents: { x: `${s} ` }, [s]: s },
  }),
  'a webhook whose route is the secret': (s) => ({
    'webhooks/crm': { source: 'json', secret: '0123456789abcdef', map: { to: 'to' }, route: s },
  }),
  'a do-not-call secret with a blank': (s) => ({ doNotCallSecret: `${s} ${s}` }),
  'a do-not-call secret in an object': (s) => ({ doNotCallSecret: { secret: s } }),
  'an AMI secret with a line break': (s) => ({ 'pbx/main/secret': `${s}\r\n` }),
  'an AMI secret in the url': (s) => ({ 'pbx/main/url': `https://callback:${s}@pbx.example.com:8089` }),
  'an AMI secret in the query': (s) => ({ 'pbx/main/url': `https://pbx.example.com:8089/?secret=${s}` }),
  'an AMI secret as ca': (s) => ({ 'pbx/main/ca': s }),
  'an AMI secret beside another mistake': (s) => ({ 'pbx/main/secret': s, 'pbx/main/url': 'x' }),
};

describe('a SettingsError', () => {
  it.each(Object.entries(MISTAKES))('does not repeat the secret of %s', (_, mistake) => {
    fc.assert(
      fc.property(secret, (word) => {
        try {
          parseSettings(settingsWith(mistake(word)), { path: PATH, webhookMistakes });
        } catch (error) {
          if (!(error instanceof SettingsError)) throw error;
          const everything = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
          // Nor a part of it.
          return !everything.includes(word.slice(0, 8)) && !everything.includes(word.slice(-8));
        }
        throw new Error('The settings were accepted.');
      }),
      { numRuns: 50 },
    );
  });
});
