import { readFileSync } from 'node:fs';
import type { Packet } from '../../../lib/ajam/index.ts';
import { addEvent, concerns } from '../../../lib/outcome/add-event.ts';
import { newCallFacts } from '../../../lib/outcome/call-facts.ts';
import { type Outcome, outcomeOf } from '../../../lib/outcome/outcome.ts';
import { type AsteriskVersion, versions } from '../asterisk/types.ts';

export interface Recorded {
  at: number;
  packet: Packet;
}

/** The events that a real Asterisk sent for one call. */
export interface Recording {
  name: string;
  id: string;
  version: AsteriskVersion;
  events: Recorded[];
}

const packetOf = (headers: [string, string][]): Packet => ({
  kind: 'event',
  name: headers.find(([name]) => name === 'Event')?.[1] ?? '',
  headers,
});

/** An event made by hand. */
export const event = (name: string, headers: Record<string, string>): Packet =>
  packetOf([['Event', name], ...Object.entries(headers)]);

function read(version: AsteriskVersion): Recording[] {
  const calls = new Map<string, Recording>();
  const text = readFileSync(new URL(`recordings/${version}.jsonl`, import.meta.url), 'utf8');
  for (const line of text.trim().split('\n')) {
    const { call: name, at, ...headers } = JSON.parse(line) as Record<string, string>;
    if (name === undefined) continue;
    const id = `cb_${version}_${name}`;
    const call = calls.get(name) ?? { name, id, version, events: [] };
    const known = Object.entries(headers).map(([key, value]): [string, string] => [
      key,
      key === 'Event' ? value : value.replace(/^@(?=$|;)/, id),
    ]);
    call.events.push({ at: Number(at), packet: packetOf(known) });
    calls.set(name, call);
  }
  return [...calls.values()];
}

export const recordings: Recording[] = versions.flatMap(read);

/** The recording of this name from each version. */
export const recordingsOf = (name: string): Recording[] => recordings.filter((one) => one.name === name);

/** Returns the outcome of the call with this id by its events. */
export function outcomeFor(
  id: string,
  events: readonly Recorded[],
  dialplanAnswers = false,
  eventsLost = false,
): Outcome {
  const facts = newCallFacts(id);
  for (const { packet, at } of events) if (concerns(facts, packet)) addEvent(facts, packet, at);
  return outcomeOf(facts, { dialplanAnswers, eventsLost });
}
