import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { describeOnAsterisk, type Packet, watchEvents } from '../support/asterisk/index.ts';
import { dial, servicesFor, technologiesOf } from '../support/calls/services.ts';
import { eventsOfCall } from '../support/outcome/scenarios.ts';

/** Odd, for the median. */
const ROUNDS = 3;
/** What is promised, and what a machine that is busy with other things may make of it at worst. */
const PROMISED_MS = 300;
const AT_WORST_MS = 1000;

const isFirst = (event: Packet): boolean => event['DestUniqueid'] === event['DestLinkedid'];

/** Until what the others left behind has been cleared away. */
const QUIET_MS = 500;

interface Case {
  what: string;
  request: object;
  /** Of several such events the first, or the last. */
  decides: (event: Packet) => boolean;
  last?: true;
}

/** All at once, and so noise to each other. */
const CASES: Case[] = [
  {
    what: 'the first is busy',
    request: { agent: '3201', wait: 'answered' },
    decides: (event) => event['Event'] === 'Hangup',
  },
  {
    what: 'the first rejects',
    request: { agent: '3202', wait: 'connected' },
    decides: (event) => event['Event'] === 'Hangup',
  },
  {
    what: 'the first answers',
    request: { agent: '3208', wait: 'answered', to: '+74951234506' },
    decides: (event) => event['Event'] === 'DialEnd' && isFirst(event),
  },
  {
    what: 'the second answers',
    request: { wait: 'connected', to: '+74951234508' },
    decides: (event) => event['Event'] === 'DialEnd' && !isFirst(event),
  },
  {
    what: 'the second is busy',
    request: { wait: 'connected', to: '+74951234501' },
    decides: (event) => event['Event'] === 'DialEnd' && !isFirst(event),
  },
  {
    what: 'one of two hangs up',
    request: { wait: 'completed', to: '+74951234507' },
    decides: (event) => event['Event'] === 'Hangup',
    last: true,
  },
  {
    what: 'customer first: he is busy',
    request: { route: 'customer-first', wait: 'answered', to: '+74951234501' },
    decides: (event) => event['Event'] === 'Hangup',
  },
  {
    what: 'customer first: the agent answers',
    request: { route: 'customer-first', wait: 'connected', agent: '3208' },
    decides: (event) => event['Event'] === 'DialEnd' && !isFirst(event),
  },
];

/** Alone: while a PBX tells of other calls' channels, one of this call's may be among them. */
const UNREACHABLE: Case = {
  what: 'the first is not registered',
  request: { agent: '3299', wait: 'answered' },
  decides: (event) => event['Event'] === 'OriginateResponse' || event['Event'] === 'Hangup',
  last: true,
};

describeOnAsterisk('the reply', (pbx) => {
  for (const technology of technologiesOf(pbx)) {
    const services = servicesFor(pbx, pbx.users.callback, technology);
    afterAll(() => services.sessions.close());

    it(`comes at once when the call is decided: ${technology.name}`, async () => {
      await using watcher = await watchEvents(pbx);
      const late = async ({ request, decides, last }: Case): Promise<number> => {
        const id = newCallbackId();
        const parties = { route: 'agent-first', agent: '3200', to: '+74951234500' };
        await dial(services, { ...parties, timeoutSeconds: 5, ...request }, id);
        const replied = Date.now();
        await watcher.action({ Action: 'Ping' });
        const deciding = eventsOfCall(watcher.events(), id).filter(decides);
        const event = last ? deciding.at(-1) : deciding[0];
        await watcher.action({ Action: 'Hangup', Channel: id });
        return replied - Number(event?.['Timestamp'] ?? 0) * 1000;
      };
      const rounds: number[][] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const crowd = await Promise.all(CASES.map(late));
        await sleep(QUIET_MS);
        rounds.push([...crowd, await late(UNREACHABLE)]);
      }
      const latencies = [...CASES, UNREACHABLE].map(({ what }, index) => {
        const all = rounds.map((round) => round[index] ?? Number.NaN).toSorted((a, b) => a - b);
        return { what, median: all[(ROUNDS - 1) / 2] ?? Number.NaN, worst: all.at(-1) ?? Number.NaN };
      });
      for (const { what, median, worst } of latencies) {
        expect(median, what).toBeLessThan(PROMISED_MS);
        expect(worst, what).toBeLessThan(AT_WORST_MS);
      }
    });
  }
});
