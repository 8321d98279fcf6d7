import { describe, expect, it } from 'vitest';
import { header, type Packet } from '../../lib/ajam/index.ts';
import type { Outcome } from '../../lib/outcome/outcome.ts';
import { event, outcomeFor, type Recorded, recordingsOf } from '../support/outcome/recordings.ts';

const summary = ({ status, first, second, over }: Outcome) => [
  status,
  first.reason ?? first.status,
  second.reason ?? second.status,
  over ? 'over' : 'lives',
];

const is =
  (name: string, headers: Record<string, string> = {}) =>
  ({ packet }: Recorded): boolean =>
    packet.name === name && Object.entries(headers).every(([key, value]) => header(packet, key) === value);
const without = (events: Recorded[], ...unwanted: ((each: Recorded) => boolean)[]): Recorded[] =>
  events.filter((each) => !unwanted.some((matches) => matches(each)));
const upTo = (events: Recorded[], last: (each: Recorded) => boolean): Recorded[] =>
  events.slice(0, events.findIndex(last) + 1);
/** The same events with other values in a header that they have. */
const having = (events: Recorded[], name: string, value: string): Recorded[] =>
  events.map(({ at, packet }) => ({
    at,
    packet: { ...packet, headers: packet.headers.map(([key, old]) => [key, key === name ? value : old]) },
  }));
const inTurn = (packets: Packet[]): Recorded[] =>
  packets.map((packet, index) => ({ at: index * 1000, packet }));

describe.each(recordingsOf('first-busy'))('A first leg that fails on Asterisk $version', ({ id, events }) => {
  it('gets its status from the cause, before and after the OriginateResponse', () => {
    const response = events.filter(is('OriginateResponse'));
    const rest = without(events, is('OriginateResponse'));
    for (const order of [[...response, ...rest], [...rest, ...response], rest]) {
      expect(summary(outcomeFor(id, order))).toEqual(['busy', 'busy', 'canceled', 'over']);
    }
    expect(outcomeFor(id, rest).complete).toBe(false);
  });

  it.each([
    ['1', 'failed', 'unreachable'],
    ['3', 'failed', 'unreachable'],
    ['17', 'busy', 'busy'],
    ['18', 'no-answer', 'no-answer'],
    ['19', 'no-answer', 'no-answer'],
    ['20', 'failed', 'unreachable'],
    ['21', 'failed', 'rejected'],
    ['34', 'failed', 'congestion'],
    ['38', 'failed', 'congestion'],
    ['41', 'failed', 'congestion'],
    ['42', 'failed', 'congestion'],
  ])('with cause %s has the status %s and the leg %s', (cause, status, first) => {
    const outcome = outcomeFor(id, having(events, 'Cause', cause));
    expect(summary(outcome)).toEqual([status, first, 'canceled', 'over']);
  });

  it.each(['58', '127', '28'])('with the unspecific cause %s is failed and not canceled', (cause) => {
    const outcome = outcomeFor(id, having(events, 'Cause', cause));
    expect(summary(outcome)).toEqual(['failed', 'other', 'canceled', 'over']);
    expect(outcome.first.cause).toBe(Number(cause));
  });
});

it.each(recordingsOf('second-hangs-up'))(
  'The outcome is not complete until the answer arrives that its OriginateResponse overtook on Asterisk $version',
  ({ id, events }) => {
    const overtaken = upTo(events, is('OriginateResponse')).filter(
      (each) => !is('DialEnd')(each) && !is('Newstate', { Uniqueid: id, ChannelState: '6' })(each),
    );
    expect(outcomeFor(id, overtaken)).toMatchObject({ first: { status: 'answered' }, complete: false });
    expect(outcomeFor(id, upTo(events, is('DialBegin', { Uniqueid: id }))).complete).toBe(true);
  },
);

it.each(recordingsOf('first-busy'))(
  'A busy first leg stays busy when the dialplan is the second party on Asterisk $version',
  ({ id, events }) => {
    expect(summary(outcomeFor(id, events, true))).toEqual(['busy', 'busy', 'canceled', 'over']);
  },
);

describe.each(recordingsOf('first-never-answers-slow-failed-extension'))(
  'A first leg that rings in vain on Asterisk $version',
  ({ id, events }) => {
    it('is no-answer while the dialplan still runs its extension `failed`', () => {
      const outcome = outcomeFor(id, upTo(events, is('Hangup')));
      expect(summary(outcome)).toEqual(['no-answer', 'no-answer', 'canceled', 'over']);
    });
  },
);

describe.each(recordingsOf('first-moves-call'))(
  'A first phone that forwards the call on Asterisk $version',
  ({ id, events }) => {
    const silent = without(events, is('OriginateResponse'));
    const failed = having(events.filter(is('OriginateResponse')), 'Response', 'Failure');

    it('has not failed while the other phone rings', () => {
      expect(summary(outcomeFor(id, silent))).toEqual(['ringing', 'ringing', 'waiting', 'lives']);
    });

    it('has failed when the other phone fails', () => {
      const busy = [...silent, ...having(failed, 'Reason', '5')];
      expect(summary(outcomeFor(id, busy))).toEqual(['busy', 'busy', 'canceled', 'over']);
      const other = [...silent, ...having(failed, 'Reason', '0')];
      expect(summary(outcomeFor(id, other))).toEqual(['failed', 'other', 'canceled', 'over']);
    });
  },
);

describe.each(recordingsOf('id-in-use'))(
  'An Originate with the id of a ringing call on Asterisk $version',
  ({ id, events }) => {
    it('does not end the ringing call although its refusal has the same id', () => {
      const outcome = outcomeFor(id, upTo(events, is('OriginateResponse')));
      expect(summary(outcome)).toEqual(['ringing', 'ringing', 'waiting', 'lives']);
    });
  },
);

describe.each(recordingsOf('phone-behind-local-optimised-away'))(
  'A phone behind a Local channel on Asterisk $version',
  ({ id, events }) => {
    it('is still answered after Asterisk removed the Local channel', () => {
      const far = events.findIndex(is('Hangup', { Uniqueid: `${id};2` }));
      const near = events.findIndex(is('Hangup', { Uniqueid: id }));
      const outcome = outcomeFor(id, events.slice(0, Math.max(far, near) + 1));
      expect(summary(outcome)).toEqual(['in-progress', 'answered', 'answered', 'lives']);
      expect(outcome.first.talkSeconds).toBeUndefined();
    });

    it('has the talk time of the phone and not of the Local channel', () => {
      const { first, second } = outcomeFor(id, events);
      expect(first.talkSeconds).toBeGreaterThan(1.2);
      expect(Math.abs((first.talkSeconds ?? 0) - (second.talkSeconds ?? 0))).toBeLessThanOrEqual(0.2);
    });
  },
);

describe.each(recordingsOf('second-busy'))('A busy customer on Asterisk $version', ({ id, events }) => {
  it("leaves the agent's leg answered, although the agent is hung up with the customer's cause", () => {
    const { first, second } = outcomeFor(id, events);
    expect(first).toMatchObject({ status: 'answered' });
    expect(first.cause).toBeUndefined();
    expect(second.cause).toBe(17);
  });

  it('does not change an answered second leg when the dialplan is the second party', () => {
    const busy = upTo(events, is('DialEnd', { DialStatus: 'BUSY' }));
    expect(summary(outcomeFor(id, busy, true))).toEqual(['in-progress', 'answered', 'answered', 'lives']);
    expect(summary(outcomeFor(id, events, true))).toEqual(['completed', 'answered', 'answered', 'over']);
  });

  it('is not complete before its DialEnd, even if all channels have hung up', () => {
    const early = outcomeFor(id, without(events, is('DialEnd', { DialStatus: 'BUSY' })));
    expect(early.complete).toBe(false);
  });
});

describe.each(recordingsOf('local-second-busy'))(
  'Busy() behind a Local channel on Asterisk $version',
  ({ id, events }) => {
    it('is busy although the near half has no cause', () => {
      const outcome = outcomeFor(id, events);
      expect(outcome.second).toMatchObject({ status: 'busy', cause: 0 });
    });
  },
);

describe.each(recordingsOf('second-behind-local-busy'))(
  'A busy phone behind a Local channel on Asterisk $version',
  ({ id, events }) => {
    it('is busy even if the Local channel does not pass the cause on', () => {
      const [dialled] = events
        .filter(is('Newchannel'))
        .filter(({ packet }) => /;1$/.test(header(packet, 'Channel') ?? ''));
      const near = dialled && header(dialled.packet, 'Uniqueid');
      const blind = events.map((each) =>
        is('Hangup', { Uniqueid: near ?? '' })(each) || is('DialEnd', { DestUniqueid: near ?? '' })(each)
          ? (having(having([each], 'Cause', '0'), 'DialStatus', 'NOANSWER')[0] ?? each)
          : each,
      );
      expect(summary(outcomeFor(id, blind))).toEqual(['busy', 'answered', 'busy', 'over']);
    });
  },
);

describe('outcomeOf', () => {
  const id = 'cb_odd';
  const first = [
    event('Newchannel', { Uniqueid: id, Linkedid: id, Channel: 'PJSIP/3200-1', ChannelState: '0' }),
    event('DialBegin', { DestUniqueid: id, DestLinkedid: id, DestChannel: 'PJSIP/3200-1' }),
    event('DialEnd', {
      DestUniqueid: id,
      DestLinkedid: id,
      DestChannel: 'PJSIP/3200-1',
      DialStatus: 'ANSWER',
    }),
    event('OriginateResponse', { ActionID: id, Response: 'Success', Reason: '4', Uniqueid: id }),
  ];
  const dialling = (dest: string) => ({ Uniqueid: id, Linkedid: id, DestUniqueid: dest, DestLinkedid: id });
  const dialled = (dest: string, status: string, cause: string, more: Record<string, string> = {}) => [
    event('DialBegin', { ...dialling(dest), DestChannel: `PJSIP/${dest}` }),
    event('DialEnd', { ...dialling(dest), DestChannel: `PJSIP/${dest}`, DialStatus: status, ...more }),
    event('Hangup', { Uniqueid: dest, Linkedid: id, Channel: `PJSIP/${dest}`, Cause: cause }),
  ];
  const end = event('Hangup', { Uniqueid: id, Linkedid: id, Channel: 'PJSIP/3200-1', Cause: '16' });
  const outcome = (...packets: Packet[][]) => outcomeFor(id, inTurn([...first, ...packets.flat(), end]));

  it.each([
    ['a busy phone of a ring group', 'BUSY', '17'],
    ['a trunk out of service', 'CONGESTION', '34'],
  ])('is canceled if the agent hangs up while another phone rings, after %s', (_, status, cause) => {
    const result = outcome(dialled('1.1', status, cause), dialled('1.2', 'CANCEL', '16'));
    expect(summary(result)).toEqual(['canceled', 'answered', 'canceled', 'over']);
  });

  it.each([
    ['NOANSWER', '127', 'other'],
    ['NOANSWER', '0', 'no-answer'],
    ['NOANSWER', '16', 'no-answer'],
    ['BUSY', '127', 'busy'],
    ['CHANUNAVAIL', '127', 'other'],
    ['CHANUNAVAIL', '0', 'unreachable'],
  ])('reads DialStatus %s with cause %s of a second phone as %s', (status, cause, result) => {
    expect(summary(outcome(dialled('1.1', status, cause)))[2]).toBe(result);
  });

  it('uses the result of the phone that a call was forwarded to', () => {
    const forwarded = dialled('1.1', 'CANCEL', '0', { Forward: '3201@agents' });
    expect(summary(outcome(forwarded, dialled('1.2', 'BUSY', '17')))[2]).toBe('busy');
    expect(summary(outcome(forwarded, dialled('1.2', 'ANSWER', '16')))[2]).toBe('answered');
  });

  it('removes the mark <ZOMBIE> from the name of a channel', () => {
    const swapped = event('Hangup', { Uniqueid: '1.1', Linkedid: id, Channel: 'PJSIP/3201-2<ZOMBIE>' });
    const dial = event('DialEnd', { ...dialling('1.1'), DialStatus: 'BUSY' });
    expect(outcome([swapped, dial]).second).toMatchObject({ status: 'busy', channel: 'PJSIP/3201-2' });
  });

  it('uses the earlier of two equal results', () => {
    const [one, two] = [dialled('1.9', 'BUSY', '17'), dialled('1.10', 'BUSY', '17')];
    expect(outcome(one, two).second.channel).toBe('PJSIP/1.9');
    expect(outcome(two, one).second.channel).toBe('PJSIP/1.9');
  });

  it('is failed if the dialplan hangs up the first phone before the answer without a cause', () => {
    const packets = [
      ...first.slice(0, 2),
      event('DialEnd', { DestUniqueid: id, DestLinkedid: id, DialStatus: 'NOANSWER' }),
      event('HangupRequest', { Uniqueid: id, Linkedid: id }),
      event('Hangup', { Uniqueid: id, Linkedid: id, Cause: '0' }),
      event('OriginateResponse', { ActionID: id, Response: 'Failure', Reason: '0', Uniqueid: id }),
    ];
    expect(summary(outcomeFor(id, inTurn(packets)))).toEqual(['failed', 'other', 'canceled', 'over']);
  });

  it('ignores events of other calls and accepts ours under another Linkedid', () => {
    const others = [
      event('OriginateResponse', {
        ActionID: 'cb_other',
        Response: 'Failure',
        Reason: '5',
        Uniqueid: 'cb_other',
      }),
      event('Hangup', { Uniqueid: '9.9', Linkedid: '9.8', Cause: '17' }),
      event('Hangup', { Uniqueid: `${id}0`, Linkedid: `${id}0`, Cause: '17' }),
    ];
    expect(summary(outcomeFor(id, inTurn([...first, ...others])))).toEqual([
      'in-progress',
      'answered',
      'waiting',
      'lives',
    ]);
    // A channel that was bridged with an older call has the Linkedid of that call.
    const merged = event('Hangup', { Uniqueid: id, Linkedid: '9.8', Cause: '16' });
    expect(outcomeFor(id, inTurn([...first, merged])).over).toBe(true);
  });
});
