import { describe, expect, it } from 'vitest';
import { type WindowKind, windowAt } from '../../lib/rules/limit-windows.ts';

const HOUR = 3_600_000;

describe('The window of a limit', () => {
  const windowOf = (kind: WindowKind, at: string, timezone = 'UTC') => {
    const { name, endsAt } = windowAt(kind, Date.parse(at), timezone);
    return [name, new Date(endsAt).toISOString()];
  };

  it.each<[WindowKind, string, string, string, string]>([
    ['minute', '2026-11-28T10:05:59.999Z', 'UTC', 'minute#2026-11-28T10:05', '2026-11-28T10:06:00.000Z'],
    ['hour', '2026-11-28T23:00:00Z', 'Asia/Kolkata', 'hour#2026-11-28T23', '2026-11-29T00:00:00.000Z'],
    ['day', '2026-11-28T23:59:59Z', 'UTC', 'day#2026-11-28', '2026-11-29T00:00:00.000Z'],
    ['day', '2026-11-28T22:59:59Z', 'Europe/Berlin', 'day#2026-11-28', '2026-11-28T23:00:00.000Z'],
    ['day', '2026-11-28T23:00:00Z', 'Europe/Berlin', 'day#2026-11-29', '2026-11-29T23:00:00.000Z'],
    ['day', '2026-01-01T00:00:00Z', 'America/Los_Angeles', 'day#2025-12-31', '2026-01-01T08:00:00.000Z'],
  ])('of a %s at %s in %s is %s', (kind, at, timezone, name, endsAt) => {
    expect(windowOf(kind, at, timezone)).toEqual([name, endsAt]);
  });

  it.each([
    ['has 23 hours when summer time begins', 'Europe/Berlin', '2026-03-28T23:00:00Z', 23],
    ['has 25 hours when summer time ends', 'Europe/Berlin', '2026-10-24T22:00:00Z', 25],
    ['has 24 hours on other days', 'Europe/Berlin', '2026-06-01T22:00:00Z', 24],
    // Summer time begins at midnight in Beirut, so this day begins at 01:00.
    ['has 23 hours where clocks skip midnight', 'Asia/Beirut', '2026-03-28T22:00:00Z', 23],
  ])('of a day %s', (_what, timezone, midnight, hours) => {
    const begins = Date.parse(midnight);
    const { name, endsAt } = windowAt('day', begins, timezone);
    expect(endsAt).toBe(begins + hours * HOUR);
    expect(windowAt('day', begins - 1, timezone)).toMatchObject({ endsAt: begins });
    expect(windowAt('day', endsAt - 1, timezone)).toEqual({ name, endsAt });
    expect(windowAt('day', endsAt, timezone).name).not.toBe(name);
  });

  it('is the same for every instant until it ends, in a year of any time zone', () => {
    for (const timezone of [
      'Africa/Cairo',
      'America/St_Johns',
      'Asia/Beirut',
      'Pacific/Chatham',
      'America/Havana',
    ]) {
      let { name, endsAt } = windowAt('day', Date.UTC(2026, 0, 1), timezone);
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += HOUR / 2) {
        const found = windowAt('day', at, timezone);
        if (at < endsAt) expect(found).toEqual({ name, endsAt });
        else expect(found.name > name, `${timezone} ${found.name}`).toBe(true);
        ({ name, endsAt } = found);
      }
    }
  });
});
