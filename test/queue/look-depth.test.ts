import { describe, expect, it } from 'vitest';
import { LookDepth } from '../../lib/queue/look-depth.ts';

const at = (seconds: number) => ({ monotonic: seconds * 1_000, now: seconds * 1_000 });
const callbacks = (count: number, expiresAt = Number.MAX_SAFE_INTEGER) =>
  Array.from({ length: count }, () => ({ expiresAt }));

interface Seen {
  free?: number;
  waiting?: number;
  exhausted?: boolean;
  expiresAt?: number;
}

/** Looks once, and finds `waiting` callbacks. */
function look(
  depth: LookDepth,
  seconds: number,
  { free = 1, waiting = 500, exhausted = false, expiresAt }: Seen = {},
): number {
  const asked = depth.next(free, at(seconds));
  depth.found(callbacks(Math.min(asked, waiting), expiresAt));
  if (free > 0) depth.ended({ isExhausted: exhausted });
  return asked;
}

describe('The depth of a look', () => {
  it('is 1,000 at first and every 15 seconds, and 100 as long as these can start', () => {
    const depth = new LookDepth();
    expect([0, 1, 2, 14, 15, 16].map((seconds) => look(depth, seconds))).toEqual([
      1_000, 100, 100, 100, 1_000, 100,
    ]);
  });

  it('is nothing while no slot is free', () => {
    const depth = new LookDepth();
    look(depth, 0);
    expect([1, 2, 3].map((seconds) => look(depth, seconds, { free: 0 }))).toEqual([0, 0, 0]);
  });

  it('is 1,000 two seconds after the last time when none of the first 100 can start', () => {
    const depth = new LookDepth();
    look(depth, 0, { exhausted: true });
    expect(look(depth, 1, { exhausted: true })).toBe(100);
    expect(depth.pauseMs(1_000)).toBe(1_000);
    expect(look(depth, 2, { exhausted: true })).toBe(1_000);
    expect(depth.pauseMs(2_000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('stays 1,000 while those behind start as fast as the pace allows', () => {
    const depth = new LookDepth();
    look(depth, 0, { exhausted: true });
    look(depth, 1, { exhausted: true });
    expect([2, 3, 4].map((seconds) => look(depth, seconds))).toEqual([1_000, 1_000, 1_000]);
    look(depth, 5, { exhausted: true });
    expect(look(depth, 6)).toBe(100);
  });

  it('stays 100 when there are no more', () => {
    const depth = new LookDepth();
    const few = { waiting: 40, exhausted: true };
    expect([0, 1, 2, 3].map((seconds) => look(depth, seconds, few))).toEqual([1_000, 100, 100, 100]);
  });

  it('is 1,000 when the first one expires, also without a free slot', () => {
    const depth = new LookDepth();
    look(depth, 0, { expiresAt: 7_000 });
    expect([6, 7].map((seconds) => look(depth, seconds, { free: 0 }))).toEqual([0, 1_000]);
  });
});
