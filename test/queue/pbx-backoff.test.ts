import { describe, expect, it } from 'vitest';
import { PbxBackoff } from '../../lib/queue/pbx-backoff.ts';

/** A PBX that went down at 0. */
function downSince0(): PbxBackoff {
  const backoff = new PbxBackoff();
  backoff.started('main').failed(0);
  return backoff;
}

describe('PbxBackoff', () => {
  it('allows any number of starts on a PBX that has not failed', () => {
    expect(new PbxBackoff().startsFor('main', 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('probes a PBX that is down after 2, 4, 8, 16, 32 and then every 60 seconds', () => {
    const backoff = downSince0();
    const probes: number[] = [];
    for (let now = 0; now <= 250_000; now += 500) {
      if (backoff.startsFor('main', now) === 0) continue;
      probes.push(now / 1000);
      backoff.started('main').failed(now);
    }
    expect(probes).toEqual([2, 6, 14, 30, 62, 122, 182, 242]);
  });

  it('waits for the first step only, however many starts were on their way when the PBX went down', () => {
    const backoff = new PbxBackoff();
    const knocks = Array.from({ length: 10 }, () => backoff.started('main'));
    for (const [index, knock] of knocks.entries()) knock.failed(index);
    expect(backoff.startsFor('main', 2000)).toBe(1);
  });

  it('allows one probe at a time', () => {
    const backoff = downSince0();
    expect(backoff.startsFor('main', 2000)).toBe(1);
    backoff.started('main');
    expect(backoff.startsFor('main', 3000)).toBe(0);
  });

  it('allows another probe when one ended before it reached the PBX', () => {
    const backoff = downSince0();
    const probe = backoff.started('main');
    probe.gaveUp();
    expect(backoff.startsFor('main', 2000)).toBe(1);
  });

  it('ends no probe because of a start that is no probe', () => {
    const backoff = new PbxBackoff();
    const early = backoff.started('main');
    backoff.started('main').failed(0);
    backoff.started('main');
    early.gaveUp();
    expect(backoff.startsFor('main', 2000)).toBe(0);
  });

  it('allows all starts again once a probe was taken', () => {
    const backoff = downSince0();
    const probe = backoff.started('main');
    probe.succeeded();
    probe.gaveUp();
    expect(backoff.startsFor('main', 2000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps the PBXs apart', () => {
    expect(downSince0().startsFor('standby', 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
