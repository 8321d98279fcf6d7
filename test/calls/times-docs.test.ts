import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { lineWarnings } from '../../cli/settings/line-warnings.ts';
import { timeWarnings } from '../../cli/settings/time-warnings.ts';
import { whenDue } from '../../lib/calls/when-due.ts';
import { retryDelay } from '../../lib/queue/retry-policy.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { MINIMAL } from '../support/settings/fixtures.ts';

const page = await readFile(new URL('../../docs/times.md', import.meta.url), 'utf8');
const [, example = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
const settings = parseSettings({ ...MINIMAL, ...JSON.parse(example) });
const [route, line] = [settings.routes['callback'], settings.lines['sales']];
if (!route || !line) throw new Error('the example lacks its route or its line');

const dueAt = (now: string): string =>
  new Date(whenDue({}, line, route, Date.parse(now)).dueAt).toISOString();
const customer = (status: 'busy' | 'no-answer') => ({
  status,
  legs: {
    first: { party: 'agent' as const, status: 'answered' as const },
    second: { party: 'customer' as const, status },
  },
});

describe('The shop of docs/times.md', () => {
  it('gets no warning for its line and its times', () => {
    expect([...lineWarnings(settings), ...timeWarnings(settings)]).toEqual([]);
  });

  it.each([
    ['in the afternoon at once', '2026-12-01T14:00:00+01:00', '2026-12-01T13:00:00.000Z'],
    ['after eight in the evening at nine', '2026-12-01T20:00:00+01:00', '2026-12-02T08:00:00.000Z'],
    ['on Christmas Eve after the holidays', '2026-12-24T13:00:00+01:00', '2026-12-28T08:00:00.000Z'],
  ])('calls a customer back %s', (_, now, due) => {
    expect(dueAt(now)).toBe(due);
  });

  it('calls a busy customer after one minute and after five, and one who does not answer after a quarter of an hour', () => {
    expect(retryDelay(route.retry, [customer('busy')])).toBe(60);
    expect(retryDelay(route.retry, [customer('busy'), customer('busy')])).toBe(300);
    expect(retryDelay(route.retry, [customer('no-answer')])).toBe(900);
    expect(retryDelay(route.retry, Array(3).fill(customer('busy')))).toBeUndefined();
  });
});
