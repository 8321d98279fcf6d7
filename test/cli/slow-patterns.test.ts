import { describe, expect, it } from 'vitest';
import { slowPatterns } from '../../cli/settings/slow-patterns.ts';
import { DEFAULT_AGENTS } from '../../lib/settings/route-settings.ts';
import { route, to } from '../support/rules/fixtures.ts';

const EXPONENTIAL = [
  '^(3?[0-9]+)*$',
  '(3|3)*',
  '([0-9]+)+',
  '([0-9]|[0-9][0-9])+',
  '(?:(?:3|4)+)+',
  '(\\d+\\s?)*',
  '(?=([0-9]+)+$)[0-9]*',
];
const inRoute = (parts: Parameters<typeof route>[0]) => slowPatterns({ routes: { sales: route(parts) } });

describe('a pattern of a route', () => {
  it.each(EXPONENTIAL)('is refused for exponential backtracking, wherever it is: %s', async (pattern) => {
    const places = {
      '"agents"': { agents: pattern },
      '"callerIds[1]"': { callerIds: ['1', pattern] },
      '"to.extensions"': { to: to({ extensions: pattern }) },
      '"variables.NOTE"': { variables: { NOTE: pattern } },
    };
    for (const [place, parts] of Object.entries(places)) {
      const [found, ...more] = await inRoute(parts);
      expect(more).toEqual([]);
      expect(found).toContain(`routes/sales ${place} has the pattern ${pattern}, which can take seconds`);
      expect(found).toContain('(exponential');
    }
  });

  it('is refused for polynomial backtracking only if its values are long', async () => {
    const quadratic = '[0-9]*[0-9]*';
    const cubic = '.*[0-9].*[0-9].*';
    expect(await inRoute({ agents: quadratic, variables: { A: quadratic } })).toEqual([]);
    expect(await inRoute({ agents: cubic, callerIds: [cubic] })).toEqual([]);
    expect(await inRoute({ variables: { A: cubic } })).toEqual([expect.stringContaining('polynomial')]);
    expect(await inRoute({ agents: '3*3*3*3*3*3*3*x' })).toEqual([expect.stringContaining('polynomial')]);
  });

  it.each([
    DEFAULT_AGENTS,
    `^(?:${DEFAULT_AGENTS})$`,
    '^3[0-9]{3}$',
    '.*',
    '^32|33$',
    '44207[0-9]{7}',
    '^1[2-4][0-9]$',
    '^(sales|support)-[a-z]+$',
    '^\\+?[0-9]+(,[0-9]+)*$',
    '^[a-z0-9]+(-[a-z0-9]+)*$',
    '^(?:[0-9]{2}){3}$',
    '^[A-Z]{2,5}-[0-9]+$',
    '[\\p{L} ,.-]+',
    '\\d{3}\\-\\d+',
  ])('is not refused when it is harmless: %s', async (pattern) => {
    expect(await inRoute({ agents: pattern, callerIds: [pattern], variables: { A: pattern } })).toEqual([]);
  });
});
