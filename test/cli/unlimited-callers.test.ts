import { describe, expect, it } from 'vitest';
import { unlimitedCallers } from '../../cli/settings/unlimited-callers.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { routeWith, settingsWith } from '../support/settings/fixtures.ts';

const perDay = { limits: { perDay: 500 } };
const key = (more: object = {}) => ({ secret: 'a-secret-0123456789', ...more });
const crm = { source: 'kommo', secret: 'a-secret-0123456789', route: 'default' };

describe('unlimitedCallers', () => {
  const warnedOf = (changes: Readonly<Record<string, unknown>>) =>
    unlimitedCallers(parseSettings(settingsWith(changes))).map(({ found }) =>
      /no limit applies to ([^.]*)\./.exec(found)?.[1]?.split(', '),
    );

  it('warns once, and names every key and webhook that no limit bounds', () => {
    expect(warnedOf({ 'webhooks/crm': crm, 'keys/shop': key(perDay) })).toEqual([
      ['keys/web', 'webhooks/crm'],
    ]);
  });

  it.each([
    ['the top level', { 'webhooks/crm': crm, limits: { perHour: 100 } }],
    ['the route', { 'webhooks/crm': crm, 'routes/default': routeWith(perDay) }],
    ['the key', { 'keys/web': key(perDay) }],
    ['the routes of the key', { 'keys/web': key({ routes: ['b'] }), 'routes/b': routeWith(perDay) }],
  ])('does not warn when a limit is at %s', (_where, changes) => {
    expect(warnedOf(changes)).toEqual([]);
  });

  it('does not warn about a key that may not place callbacks', () => {
    expect(warnedOf({ 'keys/web': key({ scopes: ['read'] }) })).toEqual([]);
  });

  it('warns although the callbacks to one number are limited', () => {
    expect(warnedOf({ limits: { perNumberPerDay: 3 } })).toEqual([['keys/web']]);
  });

  it('warns about a key that may also use a route without a limit', () => {
    const routes = { 'routes/default': routeWith(perDay), 'routes/b': routeWith({}) };
    expect(warnedOf({ ...routes, 'keys/web': key() })).toEqual([['keys/web']]);
  });
});
