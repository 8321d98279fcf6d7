import { expect, it } from 'vitest';
import { doNotCallHash } from '../../../lib/calls/check-do-not-call.ts';
import { planAttempt } from '../../../lib/queue/pbx/plan-attempt.ts';
import { parseSettings } from '../../../lib/settings/parse-settings.ts';
import { settingsWith } from '../../support/settings/fixtures.ts';
import { openMemoryStore } from '../../support/store/memory-store.ts';
import { newRecord } from '../../support/store/records.ts';

const doNotCallSecret = 'do-not-call-0123456789';

it('planAttempt refuses a number that came onto the do-not-call list after the callback was accepted', async () => {
  const settings = parseSettings(settingsWith({ doNotCallSecret }));
  const get = async () => settings;
  const store = openMemoryStore();
  const services = { settings: { get, refresh: get }, store };
  const { request, ...asked } = newRecord({ number: '+74951234500' });
  const record = { ...asked, request: { ...request, to: '+7 495 123-45-00' }, attempts: [], revision: 1 };
  expect(await planAttempt(services, record, '3200')).toMatchObject({ allowed: true });
  const hash = doNotCallHash(doNotCallSecret, '+74951234500');
  await (await store()).addDoNotCall({ hash, secretId: '', addedAt: Date.now() });
  expect(await planAttempt(services, record, '3200')).toMatchObject({
    allowed: false,
    error: { code: 'do-not-call' },
  });
});
