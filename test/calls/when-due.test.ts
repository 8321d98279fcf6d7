import { describe, expect, it } from 'vitest';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { refuseTimeFields, whenDue } from '../../lib/calls/when-due.ts';
import type { Hours } from '../../lib/rules/hours.ts';
import { refusal } from '../support/rules/fixtures.ts';

// A Saturday, 11:30 in Berlin.
const NOW = '2026-11-28T10:30:00.000Z';
const MINUTE = 60_000;
const DAY = 86_400_000;
const line = { giveUpAfterSeconds: 3600 };
const shop: Hours = {
  timezone: 'Europe/Berlin',
  week: { mon: ['09:00-20:00'], tue: ['09:00-20:00'], sat: ['10:00-12:00'] },
};

const request = (fields: object) => {
  const parsed = parseCallbackRequest({ to: '84951234567', agent: '3200', ...fields });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.request;
};
const due = (fields: object = {}, route: Parameters<typeof whenDue>[2] = {}) =>
  whenDue(request(fields), line, route, Date.parse(NOW));
const dueText = (fields: object = {}, route: Parameters<typeof whenDue>[2] = {}) => {
  const { dueAt, expiresAt } = due(fields, route);
  return [dueAt, expiresAt].map((time) => new Date(time).toISOString().slice(0, 16));
};
const refused = (fields: object, route: Parameters<typeof whenDue>[2] = {}) =>
  refusal(() => due(fields, route));
const fromNow = (ms: number): string => new Date(Date.parse(NOW) + ms).toISOString();

describe('whenDue', () => {
  it('makes a request without times due at once, for giveUpAfterSeconds, with priority 5', () => {
    expect(due()).toEqual({
      dueAt: Date.parse(NOW),
      expiresAt: Date.parse(NOW) + 3_600_000,
      priority: 5,
    });
  });

  it.each<[what: string, fields: object, due: string, expires: string]>([
    ['at', { at: '2026-11-30T10:00:00+01:00' }, '2026-11-30T09:00', '2026-11-30T10:00'],
    ['at in another offset', { at: '2026-11-30T10:00:00-05:00' }, '2026-11-30T15:00', '2026-11-30T16:00'],
    ['at a few seconds ago', { at: fromNow(-MINUTE) }, '2026-11-28T10:30', '2026-11-28T11:30'],
    ['at in 30 days', { at: fromNow(30 * DAY) }, '2026-12-28T10:30', '2026-12-28T11:30'],
    ['delaySeconds', { delaySeconds: 90 }, '2026-11-28T10:31', '2026-11-28T11:31'],
    ['no delay', { delaySeconds: 0 }, '2026-11-28T10:30', '2026-11-28T11:30'],
    ['expiresAt', { expiresAt: '2026-12-01T00:00:00Z' }, '2026-11-28T10:30', '2026-12-01T00:00'],
  ])('reads %s', (_, fields, ...expected) => {
    expect(dueText(fields)).toEqual(expected);
  });

  it.each<[what: string, fields: object, field: string, message: RegExp]>([
    ['at more than a minute ago', { at: fromNow(-MINUTE - 1) }, 'at', /in the past\. .*leave it out/],
    ['at more than 30 days ahead', { at: fromNow(30 * DAY + 1) }, 'at', /too far ahead\. .*next 30 days/],
    [
      'at beside delaySeconds',
      { at: fromNow(MINUTE), delaySeconds: 60 },
      'at',
      /delaySeconds.*Leave one of them out/,
    ],
    [
      'an end before the beginning',
      { at: fromNow(DAY), expiresAt: fromNow(DAY) },
      'expiresAt',
      /2026-11-29T10:30:00\.000Z.*Send a later time/,
    ],
    ['an end of the past', { expiresAt: fromNow(-1) }, 'expiresAt', /Send a later time/],
    ['an end in 61 days', { expiresAt: fromNow(61 * DAY) }, 'expiresAt', /next 60 days/],
  ])('refuses %s, and says what to send', (_, fields, field, message) => {
    expect(refused(fields)).toMatchObject({
      code: 'time-invalid',
      field,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['without an offset', '2026-11-30T10:00:00'],
    ['that is a date', '2026-11-30'],
    ['that does not exist', '2026-02-30T10:00:00Z'],
  ])('is never asked for a time %s: the request is refused', (_, at) => {
    const parsed = parseCallbackRequest({ to: '84951234567', agent: '3200', at });
    expect(parsed).toMatchObject({
      ok: false,
      errors: [{ field: 'at', message: expect.stringContaining('RFC 3339 time with an offset, such as') }],
    });
  });

  it('counts the end in open hours, also over a weekend', () => {
    expect(dueText({}, { hours: shop })).toEqual(['2026-11-28T10:30', '2026-11-30T08:30']);
  });

  it('makes a request outside the hours due at the next opening if the route schedules it', () => {
    const route = { hours: shop, outsideHours: 'schedule' as const };
    expect(dueText({ delaySeconds: 3600 }, route)).toEqual(['2026-11-30T08:00', '2026-11-30T09:00']);
    expect(dueText({ at: '2026-11-30T21:00:00+01:00' }, route)).toEqual([
      '2026-12-01T08:00',
      '2026-12-01T09:00',
    ]);
  });

  it.each([[{ outsideHours: 'refuse' }], [{}]] as const)(
    'refuses a time outside the hours with the settings %j',
    (settings) => {
      const message = refused({ at: '2026-11-30T21:00:00+01:00' }, { hours: shop, ...settings }).message;
      expect(message).toBe(
        'This route is closed at that time. It opens next: Tuesday, 1 December 2026 at 09:00 (Europe/Berlin)',
      );
    },
  );

  it('refuses an end before the opening that the callback would wait for', () => {
    const route = { hours: shop, outsideHours: 'schedule' as const };
    expect(refused({ delaySeconds: 7200, expiresAt: fromNow(DAY) }, route)).toMatchObject({
      code: 'time-invalid',
      field: 'expiresAt',
    });
  });

  it('refuses a request for a route that never opens again', () => {
    const past: Hours = { timezone: 'UTC', week: {}, open: { '2026-01-05': ['09:00-10:00'] } };
    expect(refused({}, { hours: past, outsideHours: 'schedule' })).toMatchObject({
      code: 'outside-hours',
      message: 'This route is closed now. It opens next: never',
    });
  });
});

describe('refuseTimeFields', () => {
  it.each<[object, string]>([
    [{ at: fromNow(MINUTE) }, 'at'],
    [{ delaySeconds: 0 }, 'delaySeconds'],
    [{ expiresAt: fromNow(MINUTE) }, 'expiresAt'],
    [{ priority: 5 }, 'priority'],
  ])('refuses %j on a route without a line, and says what to do', (fields, field) => {
    expect(refusal(() => refuseTimeFields(request(fields)))).toMatchObject({
      code: 'line-required',
      field,
      message: expect.stringContaining(`Leave out ${field}, or use a route with a line`),
      hint: 'Add "line" to routes/default',
    });
  });

  it('accepts a request without them', () => {
    expect(refusal(() => refuseTimeFields(request({}))).code).toBe('allowed');
  });
});
