import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultOfCause } from '../../lib/outcome/causes.ts';
import type { Outcome } from '../../lib/outcome/outcome.ts';
import { outcomeFor, type Recorded, type Recording, recordings } from '../support/outcome/recordings.ts';

/** Everything except the seconds, which depend on when an event arrived. */
const essence = ({ status, first, second, over, complete }: Outcome) => {
  const timeless = ({ ringSeconds: _, talkSeconds: __, ...leg }: Outcome['first']) => leg;
  return { status, first: timeless(first), second: timeless(second), over, complete };
};

const EXPECTED: Record<string, [status: string, first: string, second: string]> = {
  'second-hangs-up': ['completed', 'answered', 'answered'],
  'first-hangs-up-while-second-rings': ['canceled', 'answered', 'canceled'],
  'we-hang-up-while-they-talk': ['completed', 'answered', 'answered'],
  'hang-up-without-cause': ['canceled', 'answered', 'canceled'],
  'first-busy': ['busy', 'busy', 'canceled'],
  'first-declined': ['failed', 'rejected', 'canceled'],
  'first-unavailable': ['no-answer', 'no-answer', 'canceled'],
  'first-unknown': ['failed', 'unreachable', 'canceled'],
  'first-out-of-service': ['failed', 'congestion', 'canceled'],
  'first-never-answers': ['no-answer', 'no-answer', 'canceled'],
  'first-never-answers-slow-failed-extension': ['no-answer', 'no-answer', 'canceled'],
  'first-canceled': ['canceled', 'canceled', 'canceled'],
  'first-not-registered': ['failed', 'unreachable', 'canceled'],
  'first-no-such-endpoint': ['failed', 'unreachable', 'canceled'],
  'second-busy': ['busy', 'answered', 'busy'],
  'second-declined': ['failed', 'answered', 'rejected'],
  'second-unavailable': ['no-answer', 'answered', 'no-answer'],
  'second-unknown': ['failed', 'answered', 'unreachable'],
  'second-out-of-service': ['failed', 'answered', 'congestion'],
  'second-never-answers': ['no-answer', 'answered', 'no-answer'],
  'second-canceled': ['canceled', 'answered', 'canceled'],
  'second-not-registered': ['failed', 'answered', 'unreachable'],
  'second-no-such-endpoint': ['failed', 'answered', 'unreachable'],
  'local-both-answer': ['completed', 'answered', 'answered'],
  'local-first-busy': ['busy', 'busy', 'canceled'],
  'local-first-never-answers': ['no-answer', 'no-answer', 'canceled'],
  'local-first-canceled': ['canceled', 'canceled', 'canceled'],
  'local-second-busy': ['busy', 'answered', 'busy'],
  'local-second-congestion': ['failed', 'answered', 'congestion'],
  'phone-behind-local': ['completed', 'answered', 'answered'],
  'phone-behind-local-optimised-away': ['completed', 'answered', 'answered'],
  'phone-behind-local-optimised-away-hangs-up': ['completed', 'answered', 'answered'],
  'phone-behind-local-customer-hangs-up': ['completed', 'answered', 'answered'],
  'phone-behind-local-busy': ['busy', 'busy', 'canceled'],
  'phone-behind-local-declined': ['failed', 'rejected', 'canceled'],
  'phone-behind-local-rings': ['no-answer', 'no-answer', 'canceled'],
  'phone-behind-local-canceled': ['canceled', 'canceled', 'canceled'],
  'first-hunt-congestion-then-rings': ['no-answer', 'no-answer', 'canceled'],
  'first-hunt-unknown-then-rings': ['no-answer', 'no-answer', 'canceled'],
  'first-hunt-congestion-then-no-answer': ['no-answer', 'no-answer', 'canceled'],
  'first-hunt-congestion-then-canceled': ['canceled', 'canceled', 'canceled'],
  // Who hung it up, nobody tells.
  'first-hunt-busy-then-hung-up-without-cause': ['busy', 'busy', 'canceled'],
  'first-hunt-busy-then-congestion': ['busy', 'busy', 'canceled'],
  'first-hunt-congestion-then-hangs-up': ['completed', 'answered', 'answered'],
  'second-hunt-congestion-then-rings': ['no-answer', 'answered', 'no-answer'],
  'second-hunt-congestion-then-no-answer': ['no-answer', 'answered', 'no-answer'],
  'second-hunt-congestion-then-canceled': ['canceled', 'answered', 'canceled'],
  'second-hunt-busy-then-congestion': ['busy', 'answered', 'busy'],
  'second-behind-local-hangs-up': ['completed', 'answered', 'answered'],
  'second-behind-local-busy': ['busy', 'answered', 'busy'],
  'second-behind-local-declined': ['failed', 'answered', 'rejected'],
  'second-behind-local-never-answers': ['no-answer', 'answered', 'no-answer'],
  'both-behind-local': ['completed', 'answered', 'answered'],
  'ring-group-one-answers': ['completed', 'answered', 'answered'],
  'ring-group-busy-and-no-answer': ['busy', 'answered', 'busy'],
  'ring-group-both-refuse': ['failed', 'answered', 'rejected'],
  'two-trunks-congestion-then-busy': ['busy', 'answered', 'busy'],
  'two-trunks-congestion-then-answer': ['completed', 'answered', 'answered'],
  'customer-redirected': ['completed', 'answered', 'answered'],
  'agent-redirected': ['completed', 'answered', 'answered'],
  'dialplan-answers': ['completed', 'answered', 'answered'],
  // Asterisk continues without our id: no later event arrives.
  'first-moves-call': ['in-progress', 'answered', 'waiting'],
  'second-moves-call': ['completed', 'answered', 'answered'],
  'sip-first-busy': ['busy', 'busy', 'canceled'],
  'sip-first-declined': ['failed', 'rejected', 'canceled'],
  'sip-first-unavailable': ['no-answer', 'no-answer', 'canceled'],
  'sip-first-unknown': ['failed', 'unreachable', 'canceled'],
  'sip-first-out-of-service': ['failed', 'congestion', 'canceled'],
  'sip-first-never-answers': ['no-answer', 'no-answer', 'canceled'],
  'sip-first-canceled': ['canceled', 'canceled', 'canceled'],
  'sip-second-busy': ['busy', 'answered', 'busy'],
  'sip-second-declined': ['failed', 'answered', 'rejected'],
  'sip-second-unavailable': ['no-answer', 'answered', 'no-answer'],
  'sip-second-unknown': ['failed', 'answered', 'unreachable'],
  'sip-second-out-of-service': ['failed', 'answered', 'congestion'],
  'sip-second-canceled': ['canceled', 'answered', 'canceled'],
  'sip-second-never-answers': ['no-answer', 'answered', 'no-answer'],
  'sip-second-hangs-up': ['completed', 'answered', 'answered'],
  'id-in-use': ['no-answer', 'no-answer', 'canceled'],
};

const asksDialplan = ({ name }: Recording): boolean => name === 'dialplan-answers';
const recordedOutcome = (recording: Recording): Outcome =>
  outcomeFor(recording.id, recording.events, asksDialplan(recording));

const anyRecording = fc.constantFrom(...recordings);
const shuffled = (events: readonly Recorded[]) =>
  fc.shuffledSubarray([...events], { minLength: events.length, maxLength: events.length });

describe('outcomeOf', () => {
  it('has recordings of every scenario from both Asterisk versions', () => {
    for (const version of ['22', '16'] as const) {
      const names = Object.keys(EXPECTED)
        .filter((name) => version === '16' || !name.startsWith('sip-'))
        .toSorted();
      const recorded = recordings.filter((one) => one.version === version).map(({ name }) => name);
      expect(recorded.toSorted()).toEqual(names);
    }
  });

  it.each(recordings)('returns the expected outcome of $name on Asterisk $version', (recording) => {
    const { status, first, second, over } = recordedOutcome(recording);
    const words = [status, first.reason ?? first.status, second.reason ?? second.status];
    expect(words).toEqual(EXPECTED[recording.name]);
    expect(over).toBe(recording.name !== 'first-moves-call');
  });
});

describe('The cause of a leg', () => {
  it.each(recordings)('fits its status in $name on Asterisk $version', (recording) => {
    const { first, second } = recordedOutcome(recording);
    for (const { cause, ...leg } of [first, second]) {
      const result = resultOfCause(cause);
      if (result) expect(leg).toMatchObject(result);
    }
  });
});

describe('outcomeOf with shuffled events', () => {
  it('returns the same outcome for every order of events and for repeated events', () => {
    const mixed = anyRecording.chain((recording) =>
      fc.tuple(
        fc.constant(recording),
        fc
          .array(fc.constantFrom(...recording.events))
          .chain((more) => shuffled([...recording.events, ...more])),
      ),
    );
    fc.assert(
      fc.property(mixed, ([recording, events]) => {
        const outcome = outcomeFor(recording.id, events, asksDialplan(recording));
        expect(essence(outcome)).toEqual(essence(recordedOutcome(recording)));
      }),
      { numRuns: 3000 },
    );
  });

  it('returns the same outcome when events of other calls are in between', () => {
    const mixed = fc
      .uniqueArray(anyRecording, { minLength: 2, maxLength: 4 })
      .chain((calls) => fc.tuple(fc.constant(calls), shuffled(calls.flatMap(({ events }) => events))));
    fc.assert(
      fc.property(mixed, ([calls, events]) => {
        for (const recording of calls) {
          const outcome = outcomeFor(recording.id, events, asksDialplan(recording));
          expect(essence(outcome)).toEqual(essence(recordedOutcome(recording)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('returns the same seconds for every order of events with timestamps', () => {
    fc.assert(
      fc.property(
        anyRecording.chain((recording) => fc.tuple(fc.constant(recording), shuffled(recording.events))),
        ([recording, events]) => {
          const outcome = outcomeFor(recording.id, events, asksDialplan(recording));
          expect(outcome).toEqual(recordedOutcome(recording));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('A call that is being followed', () => {
  /** Statuses of a call that is over. */
  const ended = ['completed', 'busy', 'no-answer', 'failed', 'canceled'];

  it.each(recordings)('is never over too early in $name on Asterisk $version', (recording) => {
    const final = essence(recordedOutcome(recording));
    const outcomes = recording.events.map((_, index) =>
      outcomeFor(recording.id, recording.events.slice(0, index + 1), asksDialplan(recording)),
    );
    for (const outcome of outcomes) {
      if (outcome.over && outcome.complete) expect(essence(outcome)).toEqual(final);
      if (outcome.complete && ended.includes(outcome.status)) expect(outcome.status).toBe(final.status);
    }
  });
});

describe('A call with lost events', () => {
  /** Every run of events that a lost reply can contain. */
  const losses = ({ events }: Recording): Recorded[][] =>
    events.flatMap((_, from) =>
      events.slice(from).map((__, length) => [...events.slice(0, from), ...events.slice(from + length + 1)]),
    );
  const undecided = ['unknown', 'queued', 'ringing', 'in-progress'];

  it.each(recordings)(
    'has its true status or an undecided one in $name on Asterisk $version',
    (recording) => {
      const final = recordedOutcome(recording);
      for (const events of losses(recording)) {
        const { status } = outcomeFor(recording.id, events, asksDialplan(recording), true);
        expect([...undecided, final.status]).toContain(status);
      }
    },
  );
});
