import { describe, expect, it } from 'vitest';
import { type Hours, nextOpen } from '../../lib/rules/hours.ts';
import { plan, refusal } from '../support/rules/fixtures.ts';

const office: Hours = { timezone: 'Europe/Moscow', days: [1, 2, 3, 4, 5], from: '09:00', to: '20:00' };
const berlin = (days: number[], from: string, to: string): Hours => ({
  timezone: 'Europe/Berlin',
  days,
  from,
  to,
});
const everyDay = [1, 2, 3, 4, 5, 6, 7];
const at = (hours: Hours, now: string): string => {
  const opensAt = nextOpen(hours, Date.parse(now));
  if (opensAt === undefined) return 'never opens';
  return opensAt === Date.parse(now) ? 'open' : `opens ${new Date(opensAt).toISOString().slice(0, 16)}Z`;
};

describe('office hours from Monday to Friday', () => {
  it.each([
    ['Monday, a second before', '2026-11-23T05:59:59Z', 'opens 2026-11-23T06:00Z'],
    ['Monday at nine', '2026-11-23T06:00:00Z', 'open'],
    ['Monday, a second before eight', '2026-11-23T16:59:59Z', 'open'],
    ['Monday at eight', '2026-11-23T17:00:00Z', 'opens 2026-11-24T06:00Z'],
    ['Friday evening', '2026-11-27T18:00:00Z', 'opens 2026-11-30T06:00Z'],
    ['Sunday in UTC, Monday in Moscow', '2026-11-22T21:30:00Z', 'opens 2026-11-23T06:00Z'],
    ['the turn of the year', '2026-12-31T18:00:00Z', 'opens 2027-01-01T06:00Z'],
  ])('on %s are: %s %s', (_, now, expected) => {
    expect(at(office, now)).toBe(expected);
  });

  it('can be on one day only', () => {
    expect(at({ ...office, days: [1] }, '2026-11-23T17:00:00Z')).toBe('opens 2026-11-30T06:00Z');
    expect(at({ ...office, days: [7] }, '2026-11-23T06:00:00Z')).toBe('opens 2026-11-29T06:00Z');
  });

  it('never open without a day', () => {
    expect(at({ ...office, days: [] }, '2026-11-23T06:00:00Z')).toBe('never opens');
  });

  it('can last until midnight', () => {
    expect(at(berlin([1], '09:00', '24:00'), '2026-11-23T22:59:59Z')).toBe('open');
    expect(at(berlin([1], '09:00', '24:00'), '2026-11-23T23:00:00Z')).toBe('opens 2026-11-30T08:00Z');
  });
});

describe('hours over midnight', () => {
  const friday = berlin([5], '22:00', '06:00');

  it.each([
    ['Friday at half past nine', '2026-11-27T20:30:00Z', 'opens 2026-11-27T21:00Z'],
    ['Friday at eleven', '2026-11-27T22:00:00Z', 'open'],
    ['Saturday at five', '2026-11-28T04:00:00Z', 'open'],
    ['Saturday at six', '2026-11-28T05:00:00Z', 'opens 2026-12-04T21:00Z'],
    ['Friday at five, after a Thursday', '2026-11-27T04:00:00Z', 'opens 2026-11-27T21:00Z'],
  ])('belong to the day on which they start, on %s: %s %s', (_, now, expected) => {
    expect(at(friday, now)).toBe(expected);
  });

  it('last 24 hours if they end when they start', () => {
    expect(at(berlin(everyDay, '09:00', '09:00'), '2026-11-27T07:59:59Z')).toBe('open');
    expect(at(berlin([5], '00:00', '00:00'), '2026-11-27T22:59:59Z')).toBe('open');
  });
});

describe('hours during a change of clocks', () => {
  // Berlin: 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00.
  it.each([
    [
      'a day before spring',
      berlin(everyDay, '09:00', '17:00'),
      '2026-03-28T07:59:00Z',
      'opens 2026-03-28T08:00Z',
    ],
    [
      'the night before spring',
      berlin(everyDay, '09:00', '17:00'),
      '2026-03-28T20:00:00Z',
      'opens 2026-03-29T07:00Z',
    ],
    [
      'an opening that the clocks skip',
      berlin(everyDay, '02:30', '05:00'),
      '2026-03-29T00:45:00Z',
      'opens 2026-03-29T01:30Z',
    ],
    ['the night that is an hour shorter', berlin(everyDay, '22:00', '06:00'), '2026-03-29T03:59:00Z', 'open'],
    ['its end', berlin(everyDay, '22:00', '06:00'), '2026-03-29T04:00:00Z', 'opens 2026-03-29T20:00Z'],
    [
      'an hour that comes twice, first time',
      berlin(everyDay, '02:30', '05:00'),
      '2026-10-25T00:30:00Z',
      'open',
    ],
    ['the same, second time', berlin(everyDay, '02:30', '05:00'), '2026-10-25T01:15:00Z', 'open'],
    ['the night that is an hour longer', berlin(everyDay, '22:00', '06:00'), '2026-10-25T04:59:00Z', 'open'],
    [
      'half an hour on Lord Howe',
      { timezone: 'Australia/Lord_Howe', days: everyDay, from: '09:00', to: '17:00' },
      '2026-10-03T21:00:00Z',
      'opens 2026-10-03T22:00Z',
    ],
    [
      'a midnight that the clocks skip in Beirut',
      { timezone: 'Asia/Beirut', days: everyDay, from: '00:00', to: '03:00' },
      '2026-03-28T21:30:00Z',
      'opens 2026-03-28T22:00Z',
    ],
    [
      'a quarter of an hour in Nepal',
      { timezone: 'Asia/Kathmandu', days: everyDay, from: '09:00', to: '17:00' },
      '2026-06-01T03:14:00Z',
      'opens 2026-06-01T03:15Z',
    ],
  ] as const)('follow the clocks of the time zone: %s', (_, hours, now, expected) => {
    expect(at({ ...hours, days: [...(hours.days ?? [])] }, now)).toBe(expected);
  });
});

describe('a route with hours', () => {
  it('refuses a request outside its hours and names the next opening in local time', () => {
    const closed = refusal(() => plan({}, { hours: office }, new Date('2026-11-27T18:00:00Z')));
    expect(closed.code).toBe('outside-hours');
    expect(closed.message).toContain('Monday');
    expect(closed.message).toContain('30 November 2026');
    expect(closed.message).toContain('09:00 (Europe/Moscow)');
  });

  it('calls inside its hours', () => {
    expect(plan({}, { hours: office }, new Date('2026-11-27T12:00:00Z')).to).toBe('84951234567');
  });
});
