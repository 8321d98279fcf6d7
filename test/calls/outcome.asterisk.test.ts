import { afterAll, expect, it } from 'vitest';
import type { Callback, Leg } from '../../lib/calls/callback.ts';
import { describeOnAsterisk, type Pbx } from '../support/asterisk/index.ts';
import { dial, servicesFor, type Technology, technologiesOf } from '../support/calls/services.ts';

type Expected = { status: string; first: string; second: string };

/** Returns the result of a leg in one word. For a failed leg it is the reason. */
const word = ({ status, reason }: Leg): string => (reason ? `${status}: ${reason}` : status);
const words = ({ status, legs }: Callback): Expected => ({
  status,
  first: word(legs.first),
  second: word(legs.second),
});

/** The hangup cause of a leg: docs/outcomes.md has the table. */
type Causes = (technology: Technology, version: Pbx['version'], leg: 'first' | 'second') => number;
const always =
  (cause: number): Causes =>
  () =>
    cause;
/** The near half of a Local channel receives only the control frame. */
const ofFrame =
  (cause: number): Causes =>
  (_technology, _version, leg) =>
    leg === 'first' ? cause : 0;
const inVain: Causes = ({ name }, version, leg) => {
  if (name === 'SIP') return 16;
  return version === '22' && leg === 'first' ? 19 : 0;
};

/** By the last two digits of the called number: see test/asterisk/etc/extensions.conf. */
const NOT_ANSWERED: [fate: string, digits: string, status: string, leg: string, cause: Causes][] = [
  ['busy (486)', '01', 'busy', 'busy', always(17)],
  ['declined (603)', '02', 'failed', 'failed: rejected', always(21)],
  ['temporarily unavailable (480)', '03', 'no-answer', 'no-answer', always(19)],
  ['no such number (404)', '04', 'failed', 'failed: unreachable', always(1)],
  ['out of service (503)', '05', 'failed', 'failed: congestion', always(34)],
  ['never answers', '06', 'no-answer', 'no-answer', inVain],
];
/** Control frames that only Local channels send here. */
const LOCAL_ONLY: typeof NOT_ANSWERED = [
  ['Busy()', '10', 'busy', 'busy', ofFrame(17)],
  ['Congestion()', '11', 'failed', 'failed: congestion', ofFrame(34)],
  ['absent (cause 20)', '12', 'failed', 'failed: unreachable', always(20)],
  ['network out of order (cause 38)', '13', 'failed', 'failed: congestion', always(38)],
];

describeOnAsterisk('The outcome', (pbx) => {
  for (const technology of technologiesOf(pbx)) {
    const services = servicesFor(pbx, pbx.users.callback, technology);
    afterAll(() => services.sessions.close());
    const fates = technology.name === 'Local' ? [...NOT_ANSWERED, ...LOCAL_ONLY] : NOT_ANSWERED;

    for (const order of ['agent', 'customer'] as const) {
      const title = `${technology.name}, ${order} first`;
      const ask = (first: string, second: string, more: object = {}) => {
        const [agent, customer] = order === 'agent' ? [first, second] : [second, first];
        const parties = { agent: `32${agent}`, to: `+749512345${customer}` };
        const limits = { timeoutSeconds: 5, waitSeconds: 20, variables: { DIAL_SECONDS: '4' } };
        return dial(services, {
          route: `${order}-first`,
          wait: 'completed',
          ...parties,
          ...limits,
          ...more,
        });
      };

      it.concurrent.each(fates)(
        `of a first phone that is ${'%s'} is right (${title})`,
        async (_fate, digits, status, leg, cause) => {
          const callback = await ask(digits, '00');
          expect(callback.legs.first.cause).toBe(cause(technology, pbx.version, 'first'));
          expect(words(callback)).toEqual({ status, first: leg, second: 'canceled' });
          expect(callback.asterisk.event).toMatchObject({ Response: 'Failure' });
        },
      );

      it.concurrent.each(fates)(
        `of a second phone that is ${'%s'} is right (${title})`,
        async (_fate, digits, status, leg, cause) => {
          const callback = await ask('00', digits);
          expect(words(callback)).toEqual({ status, first: 'answered', second: leg });
          expect(callback.legs.second.cause).toBe(cause(technology, pbx.version, 'second'));
          expect(callback.legs.first.cause).toBeUndefined();
        },
      );

      it.concurrent(`is completed when both answer and the second hangs up (${title})`, async () => {
        const callback = await ask('00', '07');
        expect(words(callback)).toEqual({ status: 'completed', first: 'answered', second: 'answered' });
        expect(callback.legs.second.talkSeconds).toBeGreaterThanOrEqual(0.4);
        expect(callback.legs.second.talkSeconds).toBeLessThan(2.5);
      });

      it.concurrent(`is canceled when the first hangs up while the second rings (${title})`, async () => {
        expect(words(await ask('07', '06'))).toEqual({
          status: 'canceled',
          first: 'answered',
          second: 'canceled',
        });
      });

      it.concurrent(`is in-progress when the request waits for answered (${title})`, async () => {
        const callback = await ask('08', '06', { wait: 'answered' });
        expect(words(callback)).toMatchObject({ status: 'in-progress', first: 'answered' });
        expect(callback.legs.first.ringSeconds).toBeGreaterThanOrEqual(0.4);
      });

      it.concurrent(`is in-progress when the request waits for connected (${title})`, async () => {
        const callback = await ask('00', '08', { wait: 'connected' });
        expect(words(callback)).toEqual({ status: 'in-progress', first: 'answered', second: 'answered' });
      });

      it.concurrent(`is ringing when the time runs out while the first phone rings (${title})`, async () => {
        const callback = await ask('06', '00', { wait: 'connected', waitSeconds: 1 });
        expect(words(callback)).toEqual({ status: 'ringing', first: 'ringing', second: 'waiting' });
      });
    }

    if (technology.name !== 'Local') {
      it.concurrent(`is unreachable when the first phone is not registered (${technology.name})`, async () => {
        const callback = await dial(services, {
          route: 'agent-first',
          agent: '3299',
          to: '+74951234500',
          wait: 'completed',
        });
        expect(words(callback)).toEqual({
          status: 'failed',
          first: 'failed: unreachable',
          second: 'canceled',
        });
      });

      it.concurrent(`is unreachable when the second phone is not registered (${technology.name})`, async () => {
        const callback = await dial(services, {
          route: 'customer-first',
          agent: '3299',
          to: '+74951234500',
          wait: 'completed',
        });
        expect(words(callback)).toEqual({
          status: 'failed',
          first: 'answered',
          second: 'failed: unreachable',
        });
      });
    }
  }
});
