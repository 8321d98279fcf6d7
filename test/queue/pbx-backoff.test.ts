import { describe, expect, it } from 'vitest';
import { PbxBackoff } from '../../lib/queue/pbx-backoff.ts';

describe('PbxBackoff', () => {
  it('allows any number of starts on a PBX that has not failed', () => {
    expect(new PbxBackoff().startsFor('main', 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('probes a PBX that is down after 2, 4, 8, 16, 32 and then every 60 seconds', () => {
    const backoff = new PbxBackoff();
    const probes: number[] = [];
    backoff.failed('main', 0);
    for (let now = 0; now <= 250_000; now += 500) {
      if (backoff.startsFor('main', now) === 0) continue;
      probes.push(now / 1000);
      backoff.started('main');
      backoff.failed('main', now);
    }
    expect(probes).toEqual([2, 6, 14, 30, 62, 122, 182, 242]);
  });

  it('allows one probe at a time', () => {
    const backoff = new PbxBackoff();
    backoff.failed('main', 0);
    expect(backoff.startsFor('main', 2000)).toBe(1);
    backoff.started('main');
    expect(backoff.startsFor('main', 3000)).toBe(0);
  });

  it('allows all starts again once a probe was taken', () => {
    const backoff = new PbxBackoff();
    backoff.failed('main', 0);
    backoff.started('main');
    backoff.succeeded('main');
    expect(backoff.startsFor('main', 2000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps the PBXs apart', () => {
    const backoff = new PbxBackoff();
    backoff.failed('main', 0);
    expect(backoff.startsFor('standby', 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
