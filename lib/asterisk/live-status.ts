import type { Callback, Leg, Party } from '../calls/callback.ts';
import { resultOfDial } from '../outcome/causes.ts';
import type { OutcomeOptions } from '../outcome/outcome.ts';
import type { CallSnapshot, EndedDial, LiveChannel } from './channel-snapshot.ts';

/** Returns the status of a call by its live channels, and by the variables that Dial has set on the first channel. */
export function liveStatus(
  { first, second, lastDial, variables }: CallSnapshot,
  { dialplanAnswers = false }: OutcomeOptions = {},
): Pick<Callback, 'status' | 'legs'> {
  const party = variables.first ?? 'agent';
  const other = party === 'agent' ? 'customer' : 'agent';
  const legs =
    first.length > 0
      ? { first: describeLeg(party, first), second: describeSecond(other, second, lastDial) }
      : describeUnsorted(party, other, second);
  if (dialplanAnswers && legs.first.status === 'answered') legs.second.status = 'answered';
  switch (legs.first.status) {
    case 'answered':
      return { status: 'in-progress', legs };
    case 'ringing':
      return { status: 'ringing', legs };
    default:
      return { status: 'queued', legs };
  }
}

function describeSecond(
  party: Party,
  channels: readonly LiveChannel[],
  lastDial: EndedDial | undefined,
): Leg {
  if (channels.length > 0 || !lastDial) return describeLeg(party, channels);
  const { status, cause } = lastDial;
  if (status === 'ANSWER') return { party, status: 'answered' };
  // After NOANSWER, HANGUPCAUSE still has the cause of an earlier dial.
  return { party, ...resultOfDial(status, status === 'NOANSWER' ? undefined : cause) };
}

/** After a pickup or a transfer, the first party has answered. If two channels are up, the second party has answered too. */
function describeUnsorted(
  party: Party,
  other: Party,
  channels: readonly LiveChannel[],
): { first: Leg; second: Leg } {
  const up = channels.filter(({ name, state }) => state === 'up' && !name.endsWith(';2'));
  return {
    first: { party, status: 'answered' },
    second: { party: other, status: up.length > 1 ? 'answered' : 'waiting' },
  };
}

function describeLeg(party: Party, channels: readonly LiveChannel[]): Leg {
  // The far half of a Local channel is up as soon as its dialplan runs.
  const near = channels.filter(({ name }) => !name.endsWith(';2'));
  const [channel] = near;
  if (!channel) return { party, status: 'waiting' };
  if (channel.state === 'up') return { party, status: 'answered', channel: channel.name };
  const rings = near.some(({ state }) => state === 'ringing');
  return { party, status: rings ? 'ringing' : 'waiting', channel: channel.name };
}
