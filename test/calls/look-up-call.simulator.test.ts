import { expect, it } from 'vitest';
import { lookUpCall } from '../../lib/calls/look-up-call.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import type { Store } from '../../lib/store/store.ts';
import { startSimulator } from '../../local/simulator/index.ts';
import { dial, servicesFor, technologyNamed } from '../support/calls/services.ts';

const USER = {
  username: 'control',
  secret: 'control-secret',
  read: 'call',
  write: 'originate,call,reporting',
};

it('A look at a call that ends meanwhile returns the recorded end, not what was seen before it', async () => {
  await using simulator = await startSimulator({ loginDelayMs: 0, users: [USER] });
  const services = servicesFor({ httpUrl: simulator.url }, USER, technologyNamed('PJSIP'));
  const { id } = await dial(services, { to: '+74951234500', agent: '3206', route: 'agent-first' });
  const store = await services.store();
  const record = await store.readCallback(id);
  if (!record) throw new Error('it was not recorded');

  // The process that follows the call records its end between the look and the write of the look.
  const recordOutcome: Store['recordOutcome'] = async (callback, observation) => {
    await store.recordOutcome(record, { seen: { status: 'no-answer' }, at: Date.now() });
    return await store.recordOutcome(callback, observation);
  };
  const racing = { ...services, store: async () => ({ ...store, recordOutcome }) };
  const seen = await lookUpCall(racing, record, Deadline.in(10_000));
  expect(seen).toMatchObject({ live: false, record: { callback: { status: 'no-answer' } } });
  await services.sessions.close();
});
