import { type CallFacts, type ChannelFacts, newCallFacts } from '../outcome/call-facts.ts';
import type { CallSnapshot, LiveChannel } from './channel-snapshot.ts';

/**
 * Returns the facts of a live call, as its earlier events would have added them. Later events then complete them. Returns
 * undefined after a pickup or a transfer, when it is not known which channel belongs to which party.
 */
export function factsOfSnapshot(
  { id, first, second, lastDial }: CallSnapshot,
  at: number,
): CallFacts | undefined {
  const originated = first.find(({ uniqueid }) => uniqueid === id);
  if (!originated) return undefined;
  const facts = newCallFacts(id);
  const add = (channel: LiveChannel): void => {
    facts.channels.set(channel.uniqueid, channelFacts(channel, at));
  };
  const addDialled = (caller: string, channel: LiveChannel): void => {
    add(channel);
    facts.dials.set(channel.uniqueid, { caller, begunAt: at });
    facts.dialled.set(caller, [...(facts.dialled.get(caller) ?? []), channel.uniqueid]);
  };

  const farHalf = `${id};2`;
  for (const channel of first) {
    if (channel === originated || channel.uniqueid === farHalf) add(channel);
    else addDialled(farHalf, channel);
  }
  facts.dials.set(id, { begunAt: at, ...(originated.state === 'up' && { status: 'ANSWER' }) });
  for (const channel of second) addDialled(id, channel);
  if (second.length === 0 && originated.state === 'up' && lastDial) {
    // The channel of the last dial is gone. Its uniqueid no longer matters.
    const { status, cause } = lastDial;
    const gone = { hungUpAt: at, ...(status === 'ANSWER' && { upAt: at }), ...(cause > 0 && { cause }) };
    facts.channels.set(LAST_DIALLED, gone);
    facts.dials.set(LAST_DIALLED, { caller: id, status });
    facts.dialled.set(id, [LAST_DIALLED]);
  }
  return facts;
}

const LAST_DIALLED = 'last dialled';

function channelFacts({ name, state }: LiveChannel, at: number): ChannelFacts {
  if (state === 'up') return { name, upAt: at };
  return state === 'ringing' ? { name, ringingAt: at } : { name };
}
