import { afterAll, expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { describeOnAsterisk, type Packet, type Watcher, watchEvents } from '../support/asterisk/index.ts';
import { dial, servicesFor, technologiesOf } from '../support/calls/services.ts';
import { eventsOfCall } from '../support/outcome/scenarios.ts';

/** An odd number has a median. */
const ROUNDS = 3;
/** A round on a busy machine may be slower than what is promised, but not the median round by this factor. */
const PROMISED_MS = 500;
const BUSY_MACHINE = 2;

const isFirst = (event: Packet): boolean => event['DestUniqueid'] === event['DestLinkedid'];

interface Case {
  what: string;
  request: object;
  /** Of several such events the first, or the last. */
  decides: (event: Packet) => boolean;
  last?: true;
}

/** They run at the same time, so their events are noise to each other. */
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

/** Runs alone: while a PBX reports other calls' channels, one of this call may be among them. */
const UNREACHABLE: Case = {
  what: 'the first is not registered',
  request: { agent: '3299', wait: 'answered' },
  decides: (event) => event['Event'] === 'OriginateResponse' || event['Event'] === 'Hangup',
  last: true,
};

describeOnAsterisk('The response to a waiting request', (pbx) => {
  for (const technology of technologiesOf(pbx)) {
    const services = servicesFor(pbx, pbx.users.callback, technology);
    afterAll(() => services.sessions.close());

    it(`comes at once when the outcome is decided: ${technology.name}`, async () => {
      await using watcher = await watchEvents(pbx);
      /** Returns how long after the deciding event the reply came, less what the event needed to reach the test. */
      const latencyOf = async ({ request, decides, last }: Case): Promise<number> => {
        const id = newCallbackId();
        const parties = { route: 'agent-first', agent: '3200', to: '+74951234500' };
        await dial(services, { ...parties, timeoutSeconds: 5, ...request }, id);
        const replied = Date.now();
        await watcher.action({ Action: 'Ping' });
        const pinged = Date.now() - replied;
        const deciding = eventsOfCall(watcher.events(), id).filter(decides);
        const event = last ? deciding.at(-1) : deciding[0];
        await watcher.action({ Action: 'Hangup', Channel: id });
        // A reply takes several round trips. On a quiet machine each of them takes about a millisecond.
        return replied - Number(event?.['Timestamp'] ?? 0) * 1000 - 10 * pinged;
      };
      const rounds: number[][] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const crowd = await Promise.all(CASES.map(latencyOf));
        // Earlier tests on this PBX may have left calls too.
        await watcher.action({ Action: 'Hangup', Channel: '/.*/' });
        await expect.poll(() => openCalls(watcher), { timeout: 10_000 }).toBe('0');
        rounds.push([...crowd, await latencyOf(UNREACHABLE)]);
      }
      const latencies = [...CASES, UNREACHABLE].map(({ what }, index) => {
        const all = rounds.map((round) => round[index] ?? Number.NaN).toSorted((a, b) => a - b);
        return { what, best: all[0], median: all[(ROUNDS - 1) / 2] };
      });
      for (const { what, best, median } of latencies) {
        expect(best, what).toBeLessThan(PROMISED_MS);
        expect(median, what).toBeLessThan(BUSY_MACHINE * PROMISED_MS);
      }
    });
  }
});

const openCalls = async (watcher: Watcher): Promise<string | undefined> =>
  (await watcher.action({ Action: 'CoreStatus' }))['CoreCurrentCalls'];
