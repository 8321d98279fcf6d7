import { describe, expect, it } from 'vitest';
import type { Leg, Party } from '../../lib/calls/callback.ts';
import { type EndedAttempt, failureOf, retryDelay } from '../../lib/queue/retry-policy.ts';
import { MAX_ATTEMPTS } from '../../lib/store/callback-record.ts';

const leg = (party: Party, status: Leg['status'], reason?: Leg['reason']): Leg => ({
  party,
  status,
  ...(reason && { reason }),
});

/** An attempt in which the agent answers and the customer ends as given. */
const customer = (status: Leg['status'], reason?: Leg['reason']): EndedAttempt => ({
  status: status === 'busy' || status === 'no-answer' ? status : 'failed',
  legs: { first: leg('agent', 'answered'), second: leg('customer', status, reason) },
});
/** An attempt in which the agent ends as given. */
const agent = (status: Leg['status'], reason?: Leg['reason']): EndedAttempt => ({
  status: status === 'busy' || status === 'no-answer' ? status : 'failed',
  legs: { first: leg('agent', status, reason), second: leg('customer', 'waiting') },
});
const ended = (status: EndedAttempt['status']): EndedAttempt => ({
  status,
  legs: { first: leg('agent', 'answered'), second: leg('customer', 'answered') },
});

const policy = {
  customer: { attempts: 3, delays: { busy: [60, 300], 'no-answer': [900], congestion: [30] } },
  agent: { attempts: 5, delays: { busy: [30], unreachable: [120] } },
};

describe('failureOf', () => {
  it.each([
    ['a busy customer', customer('busy'), { party: 'customer', result: 'busy' }],
    ['an agent who does not answer', agent('no-answer'), { party: 'agent', result: 'no-answer' }],
    ['a trunk without a line', customer('failed', 'congestion'), { party: 'customer', result: 'congestion' }],
    [
      'a phone that is not registered',
      agent('failed', 'unreachable'),
      { party: 'agent', result: 'unreachable' },
    ],
    ['a failure without a reason', agent('failed'), { party: 'agent', result: 'other' }],
  ])('names the party and the result of %s', (_what, attempt, failure) => {
    expect(failureOf(attempt)).toEqual(failure);
  });

  it.each(['completed', 'canceled', 'unknown'] as const)(
    'returns nothing for an attempt that is %s',
    (status) => {
      expect(failureOf(ended(status))).toBeUndefined();
    },
  );
});

describe('retryDelay', () => {
  it('returns nothing when the route has no policy', () => {
    expect(retryDelay(undefined, [customer('busy')])).toBeUndefined();
  });

  it('takes the delay of the result, one after the other', () => {
    expect(retryDelay(policy, [customer('busy')])).toBe(60);
    expect(retryDelay(policy, [customer('busy'), customer('busy')])).toBe(300);
  });

  it('repeats the last delay', () => {
    const patient = { customer: { attempts: 9, delays: { busy: [60, 300] } } };
    expect(
      retryDelay(
        patient,
        Array.from({ length: 5 }, () => customer('busy')),
      ),
    ).toBe(300);
  });

  it('counts the delays of each result apart', () => {
    expect(retryDelay(policy, [customer('no-answer'), customer('busy')])).toBe(60);
  });

  it('ends after as many attempts as the party that failed may have', () => {
    expect(retryDelay(policy, [customer('busy'), customer('busy'), customer('busy')])).toBeUndefined();
  });

  it('counts the attempts of each party apart', () => {
    const attempts = [agent('busy'), agent('busy'), agent('busy'), customer('busy')];
    expect(retryDelay(policy, attempts)).toBe(60);
  });

  it('returns nothing for a result without delays', () => {
    expect(retryDelay(policy, [customer('failed', 'rejected')])).toBeUndefined();
    expect(retryDelay(policy, [agent('no-answer')])).toBeUndefined();
  });

  it.each(['unknown', 'canceled', 'completed'] as const)('never retries an attempt that is %s', (status) => {
    expect(retryDelay(policy, [customer('busy'), ended(status)])).toBeUndefined();
  });

  it('ends after nine attempts, whatever the policy says', () => {
    const endless = { customer: { attempts: 1000, delays: { busy: [1] } } };
    const attempts = (count: number) => Array.from({ length: count }, () => customer('busy'));
    expect(retryDelay(endless, attempts(MAX_ATTEMPTS - 1))).toBe(1);
    expect(retryDelay(endless, attempts(MAX_ATTEMPTS))).toBeUndefined();
  });
});
