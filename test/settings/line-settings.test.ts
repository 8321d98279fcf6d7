import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { PATH, refusal, routeOf, routeWith, settingsWith } from '../support/settings/fixtures.ts';

const line = (changes: Record<string, unknown>) => ({ 'lines/sales': { capacity: 4, ...changes } });
const route = (changes: Record<string, unknown>) => ({
  ...line({}),
  'routes/default': routeWith({ line: 'sales', ...changes }),
});
const retry = (delays: unknown) => route({ retry: { customer: { attempts: 3, delays } } });

describe('The settings of lines', () => {
  it('have the defaults of a line with agents', () => {
    expect(parseSettings(settingsWith({ 'lines/sales': '{"capacity": 4}' })).lines).toMatchObject({
      sales: {
        capacity: 4,
        perAgent: true,
        oneOpenPerNumber: true,
        startsPerSecond: 2,
        wrapUpSeconds: 0,
        maxTalkSeconds: 3600,
        giveUpAfterSeconds: 3600,
      },
    });
  });

  it('let a route queue its callbacks, with a pool, hints, hours and retries', () => {
    const wanted = {
      line: 'sales',
      pool: ['3200', '3201'],
      hints: 'internal',
      outsideHours: 'schedule',
      retry: {
        customer: { attempts: 3, delays: { busy: [60, 300], 'no-answer': [900] } },
        agent: { attempts: 5, delays: { unreachable: [120], rejected: [5], other: [604_800] } },
      },
    };
    expect(routeOf(settingsWith(route(wanted)))).toMatchObject(wanted);
  });

  it('need no delays for the agents of a pool, because the line rings the next agent at once', () => {
    const wanted = { pool: ['3200', '3201'], retry: { agent: { attempts: 2 } } };
    expect(routeOf(settingsWith(route(wanted)))).toMatchObject(wanted);
  });

  it('read the numbers of a pool as extensions', () => {
    const found = routeOf(settingsWith(route({ line: 'sales', pool: [3200, '3201'] })));
    expect(found).toMatchObject({ pool: ['3200', '3201'] });
  });

  it('accept a route whose line is missing: requests are refused, and the tools warn', () => {
    expect(routeOf(settingsWith({ 'routes/default': routeWith({ line: 'gone' }) }))).toMatchObject({
      line: 'gone',
    });
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['no capacity', { 'lines/sales': {} }, 'lines/sales', /"capacity" is missing: it must be an integer/],
    ['a capacity of 0', line({ capacity: 0 }), 'lines/sales', /from 1 to 200; found 0/],
    ['a capacity of 201', line({ capacity: 201 }), 'lines/sales', /from 1 to 200/],
    ['half a slot', line({ capacity: 1.5 }), 'lines/sales', /an integer/],
    ['no start at all', line({ startsPerSecond: 0 }), 'lines/sales', /from 0\.1 to 50/],
    ['a wrap-up of two hours', line({ wrapUpSeconds: 7200 }), 'lines/sales', /from 0 to 3600/],
    ['a talk of five seconds', line({ maxTalkSeconds: 5 }), 'lines/sales', /from 10 to 86400/],
    ['a short life', line({ giveUpAfterSeconds: 59 }), 'lines/sales', /from 60 to 2592000/],
    ['an unknown field', line({ slots: 4 }), 'lines/sales', /unknown field "slots".*capacity/],
    ['an empty pool', route({ pool: [] }), 'routes/default', /1 to 50 extensions/],
    [
      'a pool of 51',
      route({ pool: Array.from({ length: 51 }, (_, index) => String(3000 + index)) }),
      'routes/default',
      /1 to 50 extensions/,
    ],
    ['an agent twice', route({ pool: ['3200', '3200'] }), 'routes/default', /each extension once/],
    ['a channel in a pool', route({ pool: ['3200&3201'] }), 'routes/default', /must be an extension/],
    ['a pool and an agent', route({ pool: ['3200'], agent: '3201' }), 'routes/default', /fixed "agent" or/],
    ['a context with a comma', route({ hints: 'a,b' }), 'routes/default', /context of hints/],
    ['another word for hours', route({ outsideHours: 'wait' }), 'routes/default', /"refuse" or "schedule"/],
    ['a retry of nobody', route({ retry: {} }), 'routes/default', /"customer" or "agent"/],
    ['no delays', retry({}), 'routes/default', /at least one result/],
    ['a delay of 4 s', retry({ busy: [4] }), 'routes/default', /from 5 to 604800/],
    ['an empty list of delays', retry({ busy: [] }), 'routes/default', /1 to 8 numbers/],
    [
      'retries of the agent without delays on a route without a pool',
      route({ retry: { agent: { attempts: 2 } } }),
      'routes/default',
      /"retry\.agent\.delays" is missing: it must be an object such as \{"busy"/,
    ],
    [
      'retries of the customer without delays on a route with a pool',
      route({ pool: ['3200'], retry: { customer: { attempts: 2 } } }),
      'routes/default',
      /"retry\.customer\.delays" is missing: it must be an object such as \{"busy"/,
    ],
    ['an unknown result', retry({ busy: [60], asleep: [60] }), 'routes/default', /unknown field "asleep"/],
    [
      'ten attempts',
      route({ retry: { agent: { attempts: 10, delays: { busy: [60] } } } }),
      'routes/default',
      /from 1 to 9/,
    ],
  ])('refuse %s', (_, changes, parameter, cure) => {
    const { problems } = refusal(settingsWith(changes));
    expect(problems.map(({ name }) => name)).toEqual([parameter]);
    expect(problems[0]?.message).toMatch(new RegExp(`^${PATH}/${parameter} `));
    expect(problems[0]?.message).toMatch(cure);
  });

  it.each(['pool', 'hints', 'outsideHours', 'retry'])('refuse %s on a route without a line', (field) => {
    const values: Record<string, unknown> = {
      pool: ['3200'],
      hints: 'internal',
      outsideHours: 'schedule',
      retry: { agent: { attempts: 2, delays: { busy: [60] } } },
    };
    const { message } = refusal(settingsWith({ 'routes/default': routeWith({ [field]: values[field] }) }));
    expect(message).toMatch(new RegExp(`"${field}" needs a line: add "line"`));
  });
});
