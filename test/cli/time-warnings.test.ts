import { describe, expect, it } from 'vitest';
import { timeWarnings } from '../../cli/settings/time-warnings.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { routeWith, settingsWith } from '../support/settings/fixtures.ts';

const NOW = Date.parse('2026-11-28T10:30:00Z');
const warnings = (route: Record<string, unknown>) =>
  timeWarnings(
    parseSettings(
      settingsWith({
        'lines/sales': { capacity: 4 },
        'routes/default': routeWith({ line: 'sales', ...route }),
      }),
    ),
    NOW,
  ).map(({ found, cure }) => `${found}: ${cure}`);

const hours = { timezone: 'Europe/Berlin', week: { mon: ['09:00-18:00'] } };
const delays = { busy: [60] };

describe('The times of routes', () => {
  it('get no warning when all of them have an effect', () => {
    const retry = { customer: { attempts: 3, delays }, agent: { attempts: 2, delays } };
    expect(warnings({ hours, outsideHours: 'schedule', retry })).toEqual([]);
  });

  it('get a warning for hours whose last date is over', () => {
    const past = { timezone: 'UTC', week: { mon: [] }, open: { '2026-01-05': ['09:00-10:00'] } };
    expect(warnings({ hours: past })).toEqual([
      expect.stringMatching(
        /^"hours" of routes\/default do not open within the next year.*future dates to "open"$/,
      ),
    ]);
  });

  it('get a warning for outsideHours on a route that is always open', () => {
    expect(warnings({ outsideHours: 'schedule' })).toEqual([
      expect.stringMatching(
        /^"outsideHours" of routes\/default has no effect.*: add "hours", or remove "outsideHours"$/,
      ),
    ]);
  });

  it('get a warning for delays after the only attempt', () => {
    expect(warnings({ retry: { agent: { attempts: 1, delays } } })).toEqual([
      expect.stringMatching(
        /^"delays" for the agent .*"attempts": 1 there is only the first attempt: write "attempts": 2 or more/,
      ),
    ]);
  });
});

describe('The opening times of a day', () => {
  const timesOf = (mon: string[]) => warnings({ hours: { timezone: 'UTC', week: { mon } } });

  it.each([
    ['overlap', ['09:00-13:00', '12:00-18:00']],
    ['touch', ['13:00-18:00', '09:00-13:00']],
    ['repeat', ['09:00-13:00', '09:00-13:00']],
    ['overlap on the next day', ['20:00-06:00', '22:00-02:00']],
  ])('get a warning when they %s', (_how, mon) => {
    expect(timesOf(mon)).toEqual([
      expect.stringMatching(/^"mon" of "week" in "hours" of routes\/default has opening times that .*: join/),
    ]);
  });

  it.each([[['09:00-13:00', '14:00-18:00']], [['22:00-06:00', '05:00-07:00']], [['00:00-24:00']]])(
    'get no warning for %j',
    (mon) => {
      expect(timesOf(mon)).toEqual([]);
    },
  );

  it('get a warning on a date of "open"', () => {
    const open = { '2026-12-24': ['09:00-12:00', '11:00-13:00'] };
    expect(warnings({ hours: { ...hours, open } })).toEqual([
      expect.stringMatching(/^"2026-12-24" of "open" in "hours" of routes\/default/),
    ]);
  });
});

describe('The delays for the agents of a pool', () => {
  it('get a warning, because the next agent is rung at once', () => {
    const retry = { customer: { attempts: 3, delays }, agent: { attempts: 2, delays } };
    expect(warnings({ pool: ['3200', '3201'], retry })).toEqual([
      expect.stringMatching(/^"delays" for the agent in "retry" of routes\/default have no effect, .*pool/),
    ]);
    expect(warnings({ pool: ['3200', '3201'], retry: { customer: retry.customer } })).toEqual([]);
  });

  it.each([1, 2])('get no warning when they are left out, with %i attempts', (attempts) => {
    expect(warnings({ pool: ['3200', '3201'], retry: { agent: { attempts } } })).toEqual([]);
  });

  it('get one warning, also with one attempt, which limits how many agents are rung', () => {
    expect(warnings({ pool: ['3200', '3201'], retry: { agent: { attempts: 1, delays } } })).toEqual([
      expect.stringMatching(/next agent of the "pool" at once: remove "delays"/),
    ]);
  });
});

describe('A webhook that maps a time', () => {
  const mapped = (line: Record<string, unknown>) =>
    timeWarnings(
      parseSettings(
        settingsWith({
          'lines/sales': { capacity: 4 },
          'routes/default': routeWith(line),
          'webhooks/crm': {
            source: 'json',
            secret: 'hook-secret-0123456789',
            map: { to: 'phone', at: 'when' },
          },
        }),
      ),
    ).map(({ found }) => found);

  it('gets a warning on a route without a line', () => {
    expect(mapped({})).toEqual([expect.stringMatching(/^webhooks\/crm maps at, .*line-required$/)]);
    expect(mapped({ line: 'sales' })).toEqual([]);
  });
});

describe('A retry policy that can never end', () => {
  it.each([
    ['no number of attempts', { customer: { delays } }],
    ['an infinite number', { customer: { attempts: 1e9, delays } }],
    ['a negative number', { customer: { attempts: -1, delays } }],
    ['ten attempts', { customer: { attempts: 10, delays } }],
  ])('is refused: %s', (_, retry) => {
    expect(() => warnings({ retry })).toThrow(/"retry\.customer\.attempts".*an integer from 1 to 9/);
  });

  it('is refused: no pause between attempts', () => {
    expect(() => warnings({ retry: { customer: { attempts: 9, delays: { busy: [0] } } } })).toThrow(
      /"retry\.customer\.delays\.busy\[0\]" must be a number of seconds from 5 to 604800/,
    );
  });
});
