import { describe, expect, it } from 'vitest';
import type { Packet } from '../../lib/ajam/index.ts';
import { addEvent, concerns } from '../../lib/outcome/add-event.ts';
import { type CallFacts, MAX_CHANNELS, newCallFacts } from '../../lib/outcome/call-facts.ts';
import { outcomeOf } from '../../lib/outcome/outcome.ts';

const ID = 'cb_0123456789abcdef0123456789abcdef';

const event = (name: string, fields: Record<string, string>): Packet => ({
  kind: 'event',
  name,
  headers: Object.entries({ Event: name, Privilege: 'call,all', ...fields, Linkedid: ID }),
});

/** Events of one call, each with a channel of its own. */
const MADE = {
  Newstate: (n: number) =>
    event('Newstate', { Uniqueid: `1.${n}`, Channel: `PJSIP/${n}`, ChannelState: '5' }),
  DialBegin: (n: number) =>
    event('DialBegin', { Uniqueid: ID, DestUniqueid: `1.${n}`, DestChannel: `PJSIP/${n}` }),
  DialEnd: (n: number) => event('DialEnd', { Uniqueid: ID, DestUniqueid: `1.${n}`, DialStatus: 'NOANSWER' }),
  'DialBegin behind Local channels': (n: number) =>
    event('DialBegin', { Uniqueid: `1.${n};2`, DestUniqueid: `2.${n}`, DestChannel: `PJSIP/${n}` }),
  LocalBridge: (n: number) =>
    event('LocalBridge', { LocalOneUniqueid: `1.${n}`, LocalTwoUniqueid: `3.${n}` }),
  Hangup: (n: number) => event('Hangup', { Uniqueid: `1.${n}`, Channel: `PJSIP/${n}`, Cause: '17' }),
};

function factsOf(events: readonly Packet[]): CallFacts {
  const facts = newCallFacts(ID);
  for (const each of events) if (concerns(facts, each)) addEvent(facts, each, 1);
  return facts;
}

const MEGABYTE_OF_EVENTS = 5000;

describe('The facts of one call', () => {
  it.each(Object.entries(MADE))(
    'are updated in time proportional to the number of %s events',
    (_name, make) => {
      const events = Array.from({ length: 4 * MEGABYTE_OF_EVENTS }, (_, n) => make(n));
      const started = performance.now();
      const facts = factsOf(events);
      outcomeOf(facts);
      // Copying the facts for each event took 20 s for a quarter of them.
      expect(performance.now() - started).toBeLessThan(2000);
      expect(facts.channels.size).toBeLessThanOrEqual(MAX_CHANNELS + 2);
      expect(facts.dials.size).toBeLessThanOrEqual(MAX_CHANNELS + 2);
      expect(facts.halves.size).toBeLessThanOrEqual(MAX_CHANNELS);
    },
  );

  it('give an outcome quickly for as many dials as are kept', () => {
    const numbers = Array.from({ length: MAX_CHANNELS }, (_, n) => n);
    const first = event('Newstate', { Uniqueid: ID, Channel: 'PJSIP/3200', ChannelState: '6' });
    const facts = factsOf([first, ...numbers.map(MADE.DialBegin), ...numbers.map(MADE.DialEnd)]);
    const started = performance.now();
    for (let times = 0; times < 20; times += 1) outcomeOf(facts);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('always include the channel of the Originate', () => {
    const others = Array.from({ length: 2 * MAX_CHANNELS }, (_, n) => MADE.Newstate(n));
    const own = event('Newstate', { Uniqueid: ID, Channel: 'PJSIP/3200', ChannelState: '6' });
    const facts = factsOf([...others, own]);
    expect(outcomeOf(facts).first).toMatchObject({ status: 'answered', channel: 'PJSIP/3200' });
  });

  it('give unknown instead of a failure when there were more channels than are kept', () => {
    const own = { Uniqueid: ID, Channel: 'PJSIP/3200' };
    const dials = Array.from({ length: 2 * MAX_CHANNELS }, (_, n) => [
      MADE.DialBegin(n),
      MADE.DialEnd(n),
      MADE.Hangup(n),
    ]);
    const facts = factsOf([
      event('Newstate', { ...own, ChannelState: '6' }),
      ...dials.flat(),
      event('Hangup', { ...own, Cause: '16' }),
    ]);
    expect(outcomeOf(facts)).toMatchObject({ status: 'unknown', over: true });
  });
});
