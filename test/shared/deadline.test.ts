import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../lib/shared/deadline.ts';
import { type Timings, timed } from '../../lib/shared/stopwatch.ts';

const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: -1000, max: 1000 }),
  fc.constantFrom(-0, 1e-7, 3333.33, 2 ** 31, 2 ** 53, Number.MAX_VALUE),
);

describe('Deadline', () => {
  it('never has a remaining time that a timer or AbortSignal.timeout refuses, whatever the numbers are', () => {
    const check = fc.property(anyNumber, anyNumber, anyNumber, (ms, sooner, later) => {
      const deadline = Deadline.in(ms).within(sooner).extendedBy(later);
      const { remainingMs } = deadline;
      expect(Number.isInteger(remainingMs)).toBe(true);
      expect(remainingMs).toBeGreaterThanOrEqual(0);
      expect(remainingMs).toBeLessThan(2 ** 31);
      expect(() => deadline.signal()).not.toThrow();
    });
    fc.assert(check, { numRuns: 500 });
  });

  it('has passed when no time remains, and not before', async () => {
    const deadline = Deadline.in(20.5);
    expect(deadline.hasPassed).toBe(false);
    await sleep(25);
    expect(deadline).toMatchObject({ hasPassed: true, remainingMs: 0 });
  });

  it('aborts its signal when it passes', async () => {
    const signal = Deadline.in(5.5).signal();
    await vi.waitFor(() => expect(signal.aborted).toBe(true));
  });

  it('is not moved by a change of the system time', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const deadline = Deadline.in(60_000);
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(deadline.remainingMs).toBeGreaterThan(50_000);
    vi.useRealTimers();
  });

  it('reserves three seconds of an invocation for returning the response', () => {
    const deadline = Deadline.ofInvocation({ getRemainingTimeInMillis: () => 10_000 });
    expect(deadline.remainingMs).toBeGreaterThan(6000);
    expect(deadline.remainingMs).toBeLessThanOrEqual(7000);
  });

  const ofRequest = (elapsed: number, left: number) =>
    Deadline.ofInvocation({ getRemainingTimeInMillis: () => left }, Date.now() - elapsed).remainingMs / 1000;

  it('counts the time of API Gateway from the request, not from the end of a cold start', () => {
    expect(ofRequest(6_000, 29_000)).toBeCloseTo(20, 0);
    expect(ofRequest(20_000, 29_000)).toBeCloseTo(6, 0);
  });

  it('leaves a function all of its time that ends before that of API Gateway', () => {
    expect(ofRequest(6_000, 10_000)).toBeCloseTo(7, 0);
  });

  it('counts from the request for a function that may run longer than API Gateway waits', () => {
    expect(ofRequest(6_000, 60_000)).toBeCloseTo(51, 0);
  });

  it.each([-5_000, 29_001, 86_400_000, Number.NaN])(
    'does not count a time of the request that cannot be true: %d ms ago',
    (elapsed) => {
      expect(ofRequest(elapsed, 29_000)).toBeCloseTo(26, 0);
    },
  );

  it('is the earlier one after `within`, and later than now after `extendedBy`', () => {
    expect(Deadline.in(60_000).within(10).remainingMs).toBeLessThanOrEqual(10);
    expect(Deadline.in(10).within(60_000).remainingMs).toBeLessThanOrEqual(10);
    expect(Deadline.in(-60_000).extendedBy(1000).remainingMs).toBeGreaterThan(900);
    expect(Deadline.in(1000).extendedBy(1000).remainingMs).toBeGreaterThan(1900);
  });
});

describe('timed', () => {
  it('adds the duration to the stage when the work succeeds and when it fails', async () => {
    const timings: Timings = {};
    expect(await timed(timings, 'login', () => sleep(20, 'done'))).toBe('done');
    const { login = 0 } = timings;
    expect(login).toBeGreaterThan(15);
    const failing = timed(timings, 'login', () => sleep(20).then(() => Promise.reject(new Error('refused'))));
    await expect(failing).rejects.toThrow('refused');
    expect(timings['login']).toBeGreaterThan(login + 15);
  });
});
