import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bodyOf, freshId } from '../support/webhooks/fixtures.ts';
import { read, wanted } from '../support/webhooks/reading.ts';
import { MAIN, send } from '../support/webhooks/senders.ts';
import type { SourceName } from '../support/webhooks/settings.ts';
import { SECRETS } from '../support/webhooks/settings.ts';

/** A fixture with a change, signed after it. */
const changed = (source: SourceName, fixture: string, from: string | RegExp, to: string) => {
  const body = bodyOf(fixture).replace(from, to);
  if (body === bodyOf(fixture)) throw new Error('Nothing was changed');
  return send[source](fixture, { body });
};

describe('wantedCall, for events that ask for no call', () => {
  const OTHER = 'the event is not listed';
  const NO_NUMBER = 'there is no number';
  const NO_CALL = 'the activity is not a call to be made';
  const NOT_TRUE = 'map.call is not true';
  const NONE: [
    says: string,
    source: SourceName,
    fixture: string,
    from: string,
    to: string,
    why: string,
    settings?: object,
  ][] = [
    [
      'another event of Bitrix24',
      'bitrix24',
      'bitrix24-call-start.form',
      'ONEXTERNALCALLSTART',
      'ONVOXIMPLANTCALLINIT',
      OTHER,
    ],
    [
      'an event that is not listed',
      'bitrix24',
      'bitrix24-callback-start.form',
      'event=',
      'event=',
      OTHER,
      { events: ['ONEXTERNALCALLSTART'] },
    ],
    ['another property of HubSpot', 'hubspot', 'hubspot-property-change.json', '"phone"', '"fax"', OTHER],
    ['a contact without a number', 'hubspot', 'hubspot-workflow.json', '"phone"', '"fax"', NO_NUMBER],
    ['a custom action without one', 'hubspot', 'hubspot-custom-action.json', 'phone', 'fax', NO_NUMBER],
    ['a lead without its field', 'kommo', 'kommo-lead-status.form', 'leads', 'leads', NO_NUMBER],
    ['a contact that was deleted', 'kommo', 'kommo-contact-add.form', '', '', OTHER],
    ['a person that was changed', 'pipedrive', 'pipedrive-v2-person.json', '"create"', '"change"', OTHER],
    [
      'a person that was changed, in v1',
      'pipedrive',
      'pipedrive-v1-person.json',
      '"added"',
      '"updated"',
      OTHER,
    ],
    ['a deal', 'pipedrive', 'pipedrive-v2-person.json', '"person"', '"deal"', OTHER],
    ['a person without a number', 'pipedrive', 'pipedrive-v2-person.json', '"phones"', '"faxes"', NO_NUMBER],
    ['a meeting', 'pipedrive', 'pipedrive-v2-activity.json', '"type": "call"', '"type": "meeting"', NO_CALL],
    [
      'a call that was made',
      'pipedrive',
      'pipedrive-v2-activity.json',
      '"done": false',
      '"done": true',
      NO_CALL,
    ],
    ['an event that the map lets out', 'json', 'json.json', '"callback"', '"hello"', NOT_TRUE],
    [
      'a type that the map lets out',
      'standard-webhooks',
      'standard-webhooks.json',
      'call_requested',
      'created',
      NOT_TRUE,
    ],
  ];

  it.each(NONE)('returns no call for %s', async (_, source, fixture, from, to, why, settings) => {
    let body = bodyOf(fixture);
    if (fixture === 'hubspot-custom-action.json') body = body.replaceAll(from, to);
    else if (fixture === 'kommo-contact-add.form')
      body = body.replaceAll('contacts%5Badd', 'contacts%5Bdelete');
    else body = body.replace(from, to);
    expect(await wanted(send[source](fixture, { body }), source, { ...settings })).toMatchObject({
      call: false,
      why,
    });
  });
});

it('wantedCall returns no call for an event of Kommo’s digital pipeline, which has ids alone', async () => {
  const ids = { id: freshId(), pipeline_id: '9217056', old_status_id: '20067736', status_id: '142' };
  const fields = Object.entries(ids).map(([name, value]) => `leads[status][0][${name}]=${value}`);
  const asked = send.kommo('kommo-lead-status.form', { body: fields.join('&') });
  const map = { call: "leads.status[0].status_id = '142'" };
  const noNumber = { call: false, why: 'there is no number' };
  expect(await wanted(asked, 'kommo')).toMatchObject(noNumber);
  expect(await wanted(asked, 'kommo', { map })).toMatchObject(noNumber);
});

it('wantedCall refuses several calls in one delivery only if map.call yields true', async () => {
  const of = (index: number, phone: string) =>
    Object.entries({ id: freshId(), status_id: '111', 'custom_fields][0][code': 'PHONE', ...holding(phone) })
      .map(([name, value]) => `leads[status][${index}][${name}]=${encodeURIComponent(value)}`)
      .join('&');
  const holding = (phone: string) => ({ 'custom_fields][0][values][0][value': phone });
  const body = `${of(0, '+74951234500')}&${of(1, '+74951234501')}`;
  const asked = send.kommo('kommo-lead-status.form', { body });
  const called = (stage: string) => ({ map: { call: `'${stage}' in leads.status.status_id` } });
  const notTrue = { call: false, why: 'map.call is not true' };
  expect(await wanted(asked, 'kommo', called('142'))).toMatchObject(notTrue);
  await expect(wanted(asked, 'kommo', called('111'))).rejects.toMatchObject({
    code: 'request-invalid',
    message: expect.stringContaining('several calls'),
  });
});

describe('wantedCall, for events that ask for a call', () => {
  it('returns a call for a changed person if the settings list that event', async () => {
    const asked = changed('pipedrive', 'pipedrive-v2-person.json', '"create"', '"change"');
    expect(await read(asked, 'pipedrive', { events: ['person.change'] })).toMatchObject({
      fields: { to: '+7 (495) 123-45-00', agent: '3200', wait: 'accepted' },
    });
  });

  it.each([
    ['v2', 'data', { action: 'create', entity: 'activity', entity_id: '7', version: '2.0' }],
    ['v1', 'current', { action: 'added', object: 'activity', id: 7, v: 1 }],
  ])('returns a call for an activity with the number in its subject: %s', async (_, place, meta) => {
    const map = { to: '$match((data ? data : current).subject, /[+0-9][0-9() -]{6,}/)[0].match' };
    const activity = { type: 'call', subject: 'Call 8 (495) 123-45-00 today', done: false, user_id: 1269 };
    const body = JSON.stringify({
      meta: { ...meta, timestamp: Math.floor(Date.now() / 1000) },
      [place]: activity,
    });
    const asked = send.pipedrive('pipedrive-v2-person.json', { body });
    expect(await read(asked, 'pipedrive', { map })).toMatchObject({
      fields: { to: '8 (495) 123-45-00 ', agent: '3200' },
    });
  });

  it('returns a call whose number only the map knows', async () => {
    const map = {
      to: "leads.status[0].custom_fields[name = 'Телефон клиента'].values[0].value",
      call: "leads.status[0].status_id = '142'",
    };
    expect(await read(send.kommo('kommo-lead-status.form'), 'kommo', { map })).toMatchObject({
      fields: { to: '+7 495 123-45-00', agent: '3200' },
    });
    const elsewhere = { ...map, call: "leads.status[0].status_id = '143'" };
    expect(await read(send.kommo('kommo-lead-status.form'), 'kommo', { map: elsewhere })).toBeUndefined();
    const creation = changed(
      'hubspot',
      'hubspot-property-change.json',
      /"contact.propertyChange"/g,
      '"contact.creation"',
    );
    expect(await read(creation, 'hubspot', { map: { to: '"+74951234500"' } })).toBeUndefined();
  });

  it('leaves out a field that map reads from an empty field of a form', async () => {
    const map = { dtmf: 'data.EXTENSION' };
    const call = await read(send.bitrix24(MAIN.bitrix24), 'bitrix24', { map });
    expect(call?.fields).not.toHaveProperty('dtmf');
    expect(call?.fields).toMatchObject({ to: '+74951234500', agent: '3200' });
    const body = bodyOf(MAIN.bitrix24).replace('EXTENSION%5D=', 'EXTENSION%5D=12');
    expect(await read(send.bitrix24(MAIN.bitrix24, { body }), 'bitrix24', { map })).toMatchObject({
      fields: { dtmf: '12' },
    });
  });

  it('takes the route of the settings, even if the event names another', async () => {
    const body = JSON.stringify({ ...JSON.parse(bodyOf('json.json')), route: 'night', wait: 'completed' });
    expect(await read(send.json('json.json', { body }), 'json', { route: 'default' })).toMatchObject({
      fields: { route: 'default', wait: 'accepted' },
    });
  });

  it('accepts a bearer key instead of a signature', async () => {
    const asked = send.json(MAIN.json);
    const { 'content-type': type = '' } = asked.headers ?? {};
    const headers = { 'content-type': type, authorization: `Bearer ${SECRETS.json}` };
    expect(await read({ ...asked, headers }, 'json')).toMatchObject({ fields: { to: '+74951234500' } });
  });

  it('accepts the authorization of Zoho in the form, in the URL and in a header', async () => {
    const asked = send.zoho(MAIN.zoho);
    const bare = { ...asked, body: String(asked.body).replace(/&authorization=.*/, '') };
    const inUrl = { ...bare, url: `${asked.url}?authorization=${SECRETS.zoho}` };
    const inHeader = { ...bare, headers: { ...asked.headers, 'X-Pbx-Key': SECRETS.zoho } };
    const allInUrl = { ...asked, body: '', url: `${asked.url}?${asked.body}` };
    expect(await read(inUrl, 'zoho')).toMatchObject({ fields: { to: '+74951234500', agent: '3200' } });
    expect(await read(inHeader, 'zoho', { parameter: 'X-Pbx-Key' })).toBeDefined();
    expect(await read(allInUrl, 'zoho')).toMatchObject({ fields: { to: '+74951234500', agent: '3200' } });
  });

  it.each<[SourceName, string]>([
    ['bitrix24', 'bitrix24-call-start.form'],
    ['hubspot', 'hubspot-property-change.json'],
    ['kommo', 'kommo-contact-add.form'],
    ['pipedrive', 'pipedrive-v1-person.json'],
    ['pipedrive', 'pipedrive-v2-person.json'],
    ['json', 'json.json'],
  ])('refuses an event that is older than maxAgeSeconds: %s, %s', async (source, fixture) => {
    const now = Math.floor(Date.now() / 1000);
    const happened = (at: number) => {
      const asked = send[source](fixture, { body: bodyOf(fixture, { at }) });
      return read(asked, source, { maxAgeSeconds: 60 }, now);
    };
    expect(await happened(now - 55)).toBeDefined();
    await expect(happened(now - 65)).rejects.toMatchObject({ code: 'event-too-old' });
  });

  it('gives every delivery of an event the same key, and every event another', async () => {
    // Some keys contain the time.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    onTestFinished(() => void vi.useRealTimers());
    const delivered = async (source: SourceName, fixture: string, id: string) =>
      (await read(send[source](fixture, { id }), source))?.key;
    for (const source of ['bitrix24', 'hubspot', 'kommo', 'standard-webhooks', 'json'] as const) {
      const [first, again, other] = [
        await delivered(source, MAIN[source], '1001'),
        await delivered(source, MAIN[source], '1001'),
        await delivered(source, MAIN[source], '1002'),
      ];
      expect(again).toBe(first);
      expect(other).not.toBe(first);
    }
  });

  it('gives the second attempt of Pipedrive the same key', async () => {
    const id = '1001';
    const first = send.pipedrive('pipedrive-v2-person.json', {
      body: bodyOf('pipedrive-v2-person.json', { id, at: Date.now() / 1000 }),
    });
    const second = {
      ...first,
      body: String(first.body).replace('"attempt": 1', '"attempt": 2').replace('0a8c1f6e', '1b9d2e7f'),
    };
    expect((await read(second, 'pipedrive'))?.key).toBe((await read(first, 'pipedrive'))?.key);
  });
});

describe('wantedCall, for events that it refuses', () => {
  const seconds = Math.floor(Date.now() / 1000);

  it.each<[SourceName, string]>([
    ['bitrix24', 'bitrix24-call-start.form'],
    ['kommo', 'kommo-contact-add.form'],
    ['pipedrive', 'pipedrive-v2-person.json'],
    ['standard-webhooks', 'standard-webhooks.json'],
    ['json', 'json.json'],
  ])('refuses an event that is further ahead than maxAgeSeconds: %s, %s', async (source, fixture) => {
    const happens = (at: number) =>
      read(send[source](fixture, { body: bodyOf(fixture, { at }) }), source, { maxAgeSeconds: 60 }, seconds);
    expect(await happens(seconds + 55)).toBeDefined();
    await expect(happens(seconds + 65)).rejects.toMatchObject({
      code: 'request-invalid',
      message: expect.stringMatching(/^The time of the event is 65 s in the future/),
    });
  });

  const mapped = (map: Record<string, string>) =>
    read(send.json(MAIN.json), 'json', { map: { to: "'+' & customer.phone", agent: 'manager', ...map } });

  it('refuses an event for which map.time or map.key yields nothing', async () => {
    await expect(mapped({ time: 'happened_at' })).rejects.toMatchObject({ code: 'map-failed' });
    await expect(mapped({ key: 'event_id' })).rejects.toMatchObject({ code: 'map-failed' });
    await expect(mapped({ key: '""' })).rejects.toMatchObject({ code: 'map-failed' });
    expect(await mapped({})).toMatchObject({ keySeconds: 15 });
    expect(await mapped({ key: '17' })).toMatchObject({ key: '17' });
  });

  it('takes time and key from the source if the map yields nothing', async () => {
    const map = { time: 'happened_at', key: 'event_id' };
    const [own, known] = [
      await read(send.bitrix24(MAIN.bitrix24, { id: '7', at: seconds }), 'bitrix24'),
      await read(send.bitrix24(MAIN.bitrix24, { id: '7', at: seconds }), 'bitrix24', { map }),
    ];
    expect(known).toEqual(own);
    const old = send.bitrix24(MAIN.bitrix24, { at: seconds - 3600 });
    await expect(read(old, 'bitrix24', { map })).rejects.toMatchObject({ code: 'event-too-old' });
  });
});
