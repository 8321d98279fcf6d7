import type { Packet, Watcher } from '../support/asterisk/watch-events.ts';
import type { CallbackAnswer } from './messages.ts';

/** Waits until an agent's phone rings, for this callback if one is given. Its id is the agent's channel id. */
export async function rings(watcher: Watcher, agent: string, callback?: CallbackAnswer): Promise<void> {
  const isFor = ({ Uniqueid }: Packet) => callback === undefined || Uniqueid === callback.id;
  await watcher.waitFor((event) => agentIn(event) === agent && isFor(event));
}

/** Returns the agents whose phones rang, in order of time. */
export const agentsRung = (watcher: Watcher): string[] =>
  watcher.events().flatMap((event) => agentIn(event) ?? []);

const agentIn = ({ Event, Channel = '' }: Packet): string | undefined =>
  Event === 'Newchannel' ? /^PJSIP\/(32\d\d)-/.exec(Channel)?.[1] : undefined;
