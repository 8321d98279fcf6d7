import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../lib/outcome/outcome.ts';
import { namesOf, stepsBetween } from '../../local/call-step-texts.ts';

const NAMES = { first: '3200', second: '…60' };

const outcome = (
  first: Outcome['first'],
  second: Outcome['second'],
  more: Partial<Outcome> = {},
): Outcome => ({
  status: 'in-progress',
  first,
  second,
  over: false,
  complete: false,
  ...more,
});

describe('namesOf', () => {
  it.each([
    {
      variables: ['__CALLBACK_AGENT=3200', '__CALLBACK_TO=+74951234560', '__CALLBACK_FIRST=agent'],
      names: NAMES,
    },
    {
      variables: ['__CALLBACK_AGENT=3200', '__CALLBACK_TO=+74951234560', '__CALLBACK_FIRST=customer'],
      names: { first: '…60', second: '3200' },
    },
    { variables: ['__CALLBACK_AGENT=3200', '__CALLBACK_TO=3207'], names: { first: '3200', second: '3207' } },
    { variables: [], names: { first: 'agent', second: '…60' } },
  ])('names the parties of an Originate with $variables', ({ variables, names }) => {
    expect(namesOf(variables, '84951234560')).toEqual(names);
  });
});

describe('stepsBetween', () => {
  it('returns one line for each leg that has changed', () => {
    const waiting = outcome({ status: 'waiting' }, { status: 'waiting' });
    const ringing = outcome({ status: 'ringing' }, { status: 'waiting' });
    const both = outcome({ status: 'answered' }, { status: 'ringing' });
    expect(stepsBetween(undefined, waiting, NAMES)).toEqual([]);
    expect(stepsBetween(waiting, ringing, NAMES)).toEqual(['3200 rings']);
    expect(stepsBetween(ringing, both, NAMES)).toEqual(['3200 answered', '…60 rings']);
    expect(stepsBetween(both, both, NAMES)).toEqual([]);
  });

  it.each<{ second: Outcome['second']; line: string }>([
    { second: { status: 'busy' }, line: '…60 is busy' },
    { second: { status: 'no-answer' }, line: '…60 does not answer' },
    { second: { status: 'canceled' }, line: '…60 is no longer called' },
    { second: { status: 'failed' }, line: '…60 cannot be reached' },
    {
      second: { status: 'failed', causeText: 'Call Rejected' },
      line: '…60 cannot be reached (Call Rejected)',
    },
  ])('says "$line"', ({ second, line }) => {
    expect(stepsBetween(undefined, outcome({ status: 'waiting' }, second), NAMES)).toEqual([line]);
  });

  it('says once how the call has ended', () => {
    const ended = outcome(
      { status: 'answered' },
      { status: 'answered', talkSeconds: 12.5 },
      { status: 'completed', over: true },
    );
    expect(stepsBetween(undefined, ended, NAMES).at(-1)).toBe(
      'the call has ended: completed, after 12.5 s of talk',
    );
    expect(stepsBetween(ended, ended, NAMES)).toEqual([]);
  });
});
