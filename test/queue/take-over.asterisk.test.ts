import { afterAll, describe, expect, it } from 'vitest';
import { describeOnAsterisk, watchEvents } from '../support/asterisk/index.ts';
import { servicesFor, technologiesOf } from '../support/calls/services.ts';
import { openLine } from '../support/queue/real-line.ts';

/** The last two digits say what a phone does: 00 answers and stays, 06 only rings, 08 answers after a moment. */
const customer = (digits: string): string => `+749512345${digits}`;

describeOnAsterisk('a runner that takes over', (pbx) => {
  describe.for(technologiesOf(pbx).filter(({ name }) => name !== 'SIP'))('with $name', (technology) => {
    const services = servicesFor(pbx, pbx.users.control, technology);
    afterAll(() => services.sessions.close());

    it('records how each call ends that lived when it came, as if it had followed it from the start', async () => {
      await using line = await openLine(services, { settings: { maxTalkSeconds: 12 } });
      await using watcher = await watchEvents(pbx);
      const ids = [
        await line.accept(customer('00'), '3206', { timeoutSeconds: 10 }),
        await line.accept(customer('06'), '3200', { variables: { DIAL_SECONDS: '10' } }),
        await line.accept(customer('00'), '3208'),
      ];
      const first = line.start();
      const isRinging = (digits: string) =>
        watcher.waitFor(
          ({ Event, DialStatus, DestChannel, DestCallerIDNum }) =>
            Event === 'DialState' &&
            DialStatus === 'RINGING' &&
            `${DestChannel}${DestCallerIDNum}`.includes(digits),
        );
      await Promise.all([isRinging('3206'), isRinging(technology.name === 'PJSIP' ? 'customers' : '06')]);
      await first.stop();
      const second = line.start();
      expect(await second.ended).toBe('idle');

      const records = await line.records(ids);
      expect(records.map(({ callback }) => callback.status)).toEqual(['no-answer', 'no-answer', 'completed']);
      expect(records.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
      const [agent, customers] = records.map(({ callback }) => callback.legs);
      expect(agent?.first).toMatchObject({ party: 'agent', status: 'no-answer' });
      expect(customers?.second).toMatchObject({ party: 'customer', status: 'no-answer' });
    }, 60_000);
  });
});
