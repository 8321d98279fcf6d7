import { expect, it } from 'vitest';
import { DEFAULT_DIALPLAN } from '../../local/simulator/dialplan.ts';
import type { Behavior } from '../../local/simulator/phone-behavior.ts';
import { USER } from '../support/ajam/simulated.ts';
import { twoPbxes } from '../support/calls/two-pbxes.ts';
import { openLine } from '../support/queue/real-line.ts';

it('A line reports dtmf partly-sent when the reply to the first PlayDTMF is lost', async () => {
  const patient: Behavior = { kind: 'answers', ringsMs: 200, hangsUpAfterMs: 4000 };
  const phones = [{ channel: /07@trunk$/, behavior: patient }, ...DEFAULT_DIALPLAN.phones];
  const users = [{ ...USER, read: 'call', write: 'originate,call,reporting' }];
  const dialplan = { ...DEFAULT_DIALPLAN, phones };
  await using desk = await twoPbxes({ users, timeScale: 0.5, dialplan });
  desk.main.faults.add({ when: 'PlayDTMF', fault: { kind: 'drop after executing' } });
  await using line = await openLine(desk.services, { routeName: 'default' });
  const id = await line.accept('+74951234507', '3200', { dtmf: '12' });
  await line.run();
  const [record] = await line.records([id]);
  expect(record?.callback).toMatchObject({ dtmf: 'partly-sent', status: 'completed' });
  expect(desk.main.calls[0]?.dtmf).toBe('1');
});
