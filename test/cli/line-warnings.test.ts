import { describe, expect, it } from 'vitest';
import { lineWarnings, needsOfLines } from '../../cli/settings/line-warnings.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { routeWith, settingsWith } from '../support/settings/fixtures.ts';

const warnings = (route: Record<string, unknown>, line: Record<string, unknown> = {}) =>
  lineWarnings(
    parseSettings(
      settingsWith({ 'lines/sales': { capacity: 4, ...line }, 'routes/default': routeWith(route) }),
    ),
  );

describe('The settings of lines', () => {
  it('get no warning when they fit together', () => {
    expect(warnings({ line: 'sales', pool: ['3200', '3201'], agents: '^32[0-9]{2}$' })).toEqual([]);
    // The pool itself lists the agents that may be called.
    expect(warnings({ line: 'sales', pool: ['4200', '#1'], agents: '^32[0-9]{2}$' })).toEqual([]);
  });

  it('get a warning for a line that is missing, with the name that is meant', () => {
    expect(warnings({ line: 'sale' })).toEqual([
      {
        found: expect.stringMatching(
          /^routes\/default names the line "sale".*did you mean "sales".*line-unknown$/,
        ),
        cure: expect.stringContaining('add lines/sale'),
      },
      { found: 'no route uses lines/sales', cure: expect.stringContaining('"line": "sales"') },
    ]);
  });

  it('get a warning for a pool on a line that gives an agent several calls', () => {
    expect(warnings({ line: 'sales', pool: ['3200'] }, { perAgent: false })).toEqual([
      {
        found: expect.stringContaining('"perAgent": false'),
        cure: expect.stringContaining('remove "perAgent" from lines/sales'),
      },
    ]);
  });

  it('get a warning for a limit of agents that a pool does not count', () => {
    const limits = { perDay: 500, perAgentPerHour: 30 };
    expect(warnings({ line: 'sales', pool: ['3200'], limits })).toEqual([
      { found: expect.stringContaining('"perAgentPerHour"'), cure: expect.stringContaining('"perHour"') },
    ]);
    expect(warnings({ line: 'sales', agents: '^3200$', limits })).toEqual([]);
  });

  it('get a warning for a priority that looks like that of a callback', () => {
    expect(warnings({ line: 'sales', priority: 3 })).toEqual([
      {
        found: expect.stringContaining('enter the dialplan'),
        cure: expect.stringContaining('remove "priority"'),
      },
    ]);
    expect(warnings({ line: 'sales', priority: 1 })).toEqual([]);
    expect(warnings({ line: 'sales', priority: 'enter' })).toEqual([]);
  });

  it('name the PBXs whose AMI user must be allowed to control calls', () => {
    const { routes } = parseSettings(
      settingsWith({ 'lines/sales': { capacity: 4 }, 'routes/sales': routeWith({ line: 'sales' }) }),
    );
    expect(needsOfLines({ routes })).toEqual([
      'pbx/main places calls for routes with a line. So the AMI user of pbx/main needs write=originate,call,reporting. The command doctor checks the privileges.',
    ]);
    expect(needsOfLines(parseSettings(settingsWith({})))).toEqual([]);
  });

  it('get no warning on a route without a line', () => {
    const { lines, routes } = parseSettings(settingsWith({}));
    expect(lineWarnings({ lines, routes })).toEqual([]);
  });
});
