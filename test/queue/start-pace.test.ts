import { describe, expect, it } from 'vitest';
import { StartPace } from '../../lib/queue/start-pace.ts';

/** Starts as often as the pace allows, asked every `stepMs`, and returns the times. */
function startsWithin(pace: StartPace, from: number, until: number, stepMs: number): number[] {
  const starts: number[] = [];
  for (let now = from; now < until; now += stepMs) {
    if (pace.allowed(now) === 0) continue;
    pace.started(now);
    starts.push(now);
  }
  return starts;
}

describe('StartPace', () => {
  it('allows as many starts in a second as it was given, evenly spread', () => {
    expect(startsWithin(new StartPace(2), 0, 2000, 10)).toEqual([0, 500, 1000, 1500]);
  });

  it('keeps its rate when it is asked a little late each time', () => {
    expect(startsWithin(new StartPace(3), 0, 10_000, 70)).toHaveLength(30);
  });

  it('allows no burst after a quiet time', () => {
    const pace = new StartPace(2);
    pace.started(0);
    expect(startsWithin(pace, 60_000, 61_000, 10)).toEqual([60_000, 60_500]);
  });

  it('says how long it takes until the next start', () => {
    const pace = new StartPace(2);
    expect(pace.waitMs(100)).toBe(0);
    pace.started(100);
    expect(pace.waitMs(200)).toBe(400);
  });
});
