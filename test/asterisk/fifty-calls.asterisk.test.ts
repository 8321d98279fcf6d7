import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { describeOnAsterisk, watchEvents } from '../support/asterisk/index.ts';
import { dial, servicesFor, technologiesOf } from '../support/calls/services.ts';

/** First phone, second phone (see test/asterisk/etc/extensions.conf), and the expected outcome. */
const FATES: [first: string, second: string, outcome: [status: string, first: string, second: string]][] = [
  ['01', '00', ['busy', 'busy', 'canceled']],
  ['02', '00', ['failed', 'rejected', 'canceled']],
  ['03', '00', ['no-answer', 'no-answer', 'canceled']],
  ['04', '00', ['failed', 'unreachable', 'canceled']],
  ['05', '00', ['failed', 'congestion', 'canceled']],
  ['06', '00', ['no-answer', 'no-answer', 'canceled']],
  ['00', '01', ['busy', 'answered', 'busy']],
  ['00', '02', ['failed', 'answered', 'rejected']],
  ['00', '04', ['failed', 'answered', 'unreachable']],
  ['00', '05', ['failed', 'answered', 'congestion']],
  ['00', '06', ['no-answer', 'answered', 'no-answer']],
  ['00', '07', ['completed', 'answered', 'answered']],
  ['07', '06', ['canceled', 'answered', 'canceled']],
  ['08', '07', ['completed', 'answered', 'answered']],
];
const CALLS = 50;

describeOnAsterisk('Fifty calls at once', (pbx) => {
  const desks = technologiesOf(pbx).map((technology) => servicesFor(pbx, pbx.users.callback, technology));
  afterAll(() => Promise.all(desks.map((desk) => desk.sessions.close())));

  it('get each its own outcome', { timeout: 60_000 }, async () => {
    await using watcher = await watchEvents(pbx);
    const calls = Array.from({ length: CALLS }, (_, index) => {
      const [first, second, expected] = FATES[index % FATES.length] ?? FATES[0] ?? [];
      const desk = desks[index % desks.length];
      if (!desk || !expected) throw new Error('no such fate');
      const agentFirst = index % 3 > 0;
      const [agent, customer] = agentFirst ? [first, second] : [second, first];
      const request = {
        ...{ route: agentFirst ? 'agent-first' : 'customer-first', wait: 'completed', waitSeconds: 20 },
        ...{ agent: `32${agent}`, to: `+749512345${customer}`, timeoutSeconds: 5 },
        ...{ variables: { DIAL_SECONDS: '4' }, metadata: { call: String(index) } },
      };
      return { index, id: newCallbackId(), desk, request, expected };
    });
    const told = await Promise.all(calls.map(({ id, desk, request }) => dial(desk, request, id)));
    expect(told.map(({ id, metadata }) => [id, metadata['call']])).toEqual(
      calls.map(({ id, index }) => [id, String(index)]),
    );
    // Only the wrong ones, with all their fields.
    const wrong = told.flatMap((callback, index) => {
      const { first, second } = callback.legs;
      const outcome = [callback.status, first.reason ?? first.status, second.reason ?? second.status];
      const { expected, request } = calls[index] ?? {};
      return isDeepStrictEqual(outcome, expected) ? [] : [{ request, expected, callback }];
    });
    expect(wrong).toEqual([]);
    const ids = new Set(calls.map(({ id }) => id));
    const rung = watcher.events().filter((event) => event['Event'] === 'Newchannel');
    expect(rung.filter((event) => ids.has(event['Uniqueid'] ?? ''))).toHaveLength(CALLS);
  });
});
