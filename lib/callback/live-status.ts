import type { Callback, Leg, Party } from './callback.ts';
import type { OutcomeOptions } from './outcome/outcome.ts';
import type { CallSnapshot, LiveChannel } from './snapshot.ts';

/** How far a call is by its channels alone. */
export function liveStatus(
  { first, second, variables }: CallSnapshot,
  { dialplanAnswers = false }: OutcomeOptions = {},
): Pick<Callback, 'status' | 'legs'> {
  const party = variables.first ?? 'agent';
  const legs = {
    first: describeLeg(party, first),
    second: describeLeg(party === 'agent' ? 'customer' : 'agent', second),
  };
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

function describeLeg(party: Party, channels: readonly LiveChannel[]): Leg {
  // The far half of a Local channel is up as soon as its dialplan runs.
  const near = channels.filter(({ name }) => !name.endsWith(';2'));
  const [channel] = near;
  if (!channel) return { party, status: 'waiting' };
  if (channel.state === 'up') return { party, status: 'answered', channel: channel.name };
  const rings = near.some(({ state }) => state === 'ringing');
  return { party, status: rings ? 'ringing' : 'waiting', channel: channel.name };
}
