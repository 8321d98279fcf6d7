import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { requestToComplete, whatIsServed } from '../../local/announce.ts';

const SIMULATOR = 'http://127.0.0.1:4000';
const URL = 'http://localhost:3000';

const ROUTE = { channel: 'PJSIP/{agent}', context: 'internal', to: { allow: ['+49'] } };

function settings(more: Record<string, unknown> = {}) {
  return parseSettings({
    'pbx/main/url': SIMULATOR,
    'pbx/main/username': 'callback',
    'pbx/main/secret': 'x',
    'lines/sales': { capacity: 4 },
    'routes/callback': { ...ROUTE, line: 'sales', pool: ['3200', '3201'] },
    'keys/shop': { secret: 'a-secret-of-the-shop' },
    ...more,
  });
}

describe('What npm start prints', () => {
  it('shows the pool and the line of a route, and the lines', () => {
    const text = whatIsServed(URL, settings(), undefined);
    expect(text).toContain('pool 3200 3201; to +49; line sales');
    expect(text).toContain('sales: 4 calls at once');
  });

  it('has a request without an agent for a route with a pool, which would refuse one', () => {
    const text = requestToComplete(URL, 'settings.json', settings());
    expect(text).toContain(`-d '{"route":"callback","to":"+49<number>"}'`);
  });

  it('asks for a key if no key may use the route', () => {
    const keys = {
      'routes/other': ROUTE,
      'keys/shop': { secret: 'a-secret-of-the-shop', routes: ['other'] },
    };
    expect(requestToComplete(URL, 'settings.json', settings(keys))).toMatch(
      /^Add a key for this route to the file/,
    );
    expect(requestToComplete(URL, 'settings.json', settings())).toMatch(/^Replace the parts/);
  });

  it('says how to reach each outcome if the simulator is the PBX, and not for a real one', () => {
    expect(requestToComplete(URL, 'settings.json', settings(), SIMULATOR)).toContain('01 is busy');
    expect(requestToComplete(URL, 'settings.json', settings(), undefined)).not.toContain('01 is busy');
  });
});
