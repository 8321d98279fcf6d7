import { describe, expect, it } from 'vitest';
import { bodyOf } from './fixtures.ts';
import { read } from './reading.ts';
import { MAIN, send } from './senders.ts';
import type { SourceName } from './settings.ts';
import { SECRETS } from './settings.ts';

/** The fixture with something in it changed, and signed. */
const changed = (source: SourceName, fixture: string, from: string | RegExp, to: string) => {
  const body = bodyOf(fixture).replace(from, to);
  if (body === bodyOf(fixture)) throw new Error('Nothing was changed');
  return send[source](fixture, { body });
};

describe('No call is asked for by', () => {
  const NONE: [
    says: string,
    source: SourceName,
    fixture: string,
    from: string,
    to: string,
    settings?: object,
  ][] = [
    [
      'another event of Bitrix24',
      'bitrix24',
      'bitrix24-call-start.form',
      'ONEXTERNALCALLSTART',
      'ONVOXIMPLANTCALLINIT',
    ],
    [
      'an event that is not listed',
      'bitrix24',
      'bitrix24-callback-start.form',
      'event=',
      'event=',
      { events: ['ONEXTERNALCALLSTART'] },
    ],
    ['another property of HubSpot', 'hubspot', 'hubspot-property-change.json', '"phone"', '"fax"'],
    ['a contact without a number', 'hubspot', 'hubspot-workflow.json', '"phone"', '"fax"'],
    ['a custom action without one', 'hubspot', 'hubspot-custom-action.json', 'phone', 'fax'],
    ['a lead without its field', 'kommo', 'kommo-lead-status.form', 'leads', 'leads'],
    ['a contact that was deleted', 'kommo', 'kommo-contact-add.form', '', ''],
    ['a person that was changed', 'pipedrive', 'pipedrive-v2-person.json', '"create"', '"change"'],
    ['a person that was changed, in v1', 'pipedrive', 'pipedrive-v1-person.json', '"added"', '"updated"'],
    ['a deal', 'pipedrive', 'pipedrive-v2-person.json', '"person"', '"deal"'],
    ['a person without a number', 'pipedrive', 'pipedrive-v2-person.json', '"phones"', '"faxes"'],
    ['a meeting', 'pipedrive', 'pipedrive-v2-activity.json', '"type": "call"', '"type": "meeting"'],
    ['a call that was made', 'pipedrive', 'pipedrive-v2-activity.json', '"done": false', '"done": true'],
    ['an event that the map lets out', 'json', 'json.json', '"callback"', '"hello"'],
    [
      'a type that the map lets out',
      'standard-webhooks',
      'standard-webhooks.json',
      'call_requested',
      'created',
    ],
  ];

  it.each(NONE)('%s', async (_, source, fixture, from, to, settings) => {
    let body = bodyOf(fixture);
    if (fixture === 'hubspot-custom-action.json') body = body.replaceAll(from, to);
    else if (fixture === 'kommo-contact-add.form')
      body = body.replaceAll('contacts%5Badd', 'contacts%5Bdelete');
    else body = body.replace(from, to);
    expect(await read(send[source](fixture, { body }), source, { ...settings })).toBeUndefined();
  });
});

describe('An event asks for the call', () => {
  it('of a person whose number was changed, if the settings want that', async () => {
    const asked = changed('pipedrive', 'pipedrive-v2-person.json', '"create"', '"change"');
    expect(await read(asked, 'pipedrive', { events: ['person.change'] })).toMatchObject({
      fields: { to: '+7 (495) 123-45-00', agent: '3200', wait: 'accepted' },
    });
  });

  it('whose number only the map knows', async () => {
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

  it('on the route of the settings, whatever it says of one', async () => {
    const body = JSON.stringify({ ...JSON.parse(bodyOf('json.json')), route: 'night', wait: 'completed' });
    expect(await read(send.json('json.json', { body }), 'json', { route: 'default' })).toMatchObject({
      fields: { route: 'default', wait: 'accepted' },
    });
  });

  it('of the agent that its user is, of everybody’s agent, or of the route’s', async () => {
    const asked = send.bitrix24(MAIN.bitrix24);
    const agentBy = async (agents?: object) => (await read(asked, 'bitrix24', { agents }))?.fields['agent'];
    expect(await agentBy({ '1269': '3205' })).toBe('3205');
    expect(await agentBy({ '1': '3205', '*': '3100' })).toBe('3100');
    expect(await agentBy({ '1': '3205' })).toBeUndefined();
    expect(await agentBy({ toString: '3205' })).toBeUndefined();
  });

  it('with a bearer key instead of a signature', async () => {
    const asked = send.json(MAIN.json);
    const { 'content-type': type = '' } = asked.headers ?? {};
    const headers = { 'content-type': type, authorization: `Bearer ${SECRETS.json}` };
    expect(await read({ ...asked, headers }, 'json')).toMatchObject({ fields: { to: '+74951234500' } });
  });

  it('with the authorization of Zoho in the URL or in a header of the name that was registered', async () => {
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
  ])('no later than maxAgeSeconds: %s, %s', async (source, fixture) => {
    const now = Math.floor(Date.now() / 1000);
    const happened = (at: number) => {
      const asked = send[source](fixture, { body: bodyOf(fixture, { at }) });
      return read(asked, source, { maxAgeSeconds: 60 }, now);
    };
    expect(await happened(now - 55)).toBeDefined();
    await expect(happened(now - 65)).rejects.toMatchObject({ code: 'event-too-old' });
  });

  it('under one key for every delivery, and another for every event', async () => {
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

  it('that is the same for Pipedrive’s second attempt', async () => {
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

describe('A body', () => {
  const form = (body: string) => ({ ...send.bitrix24(MAIN.bitrix24), body });
  const json = (body: string) => ({ ...form(body), headers: { 'content-type': 'application/json' } });

  it.each<[string, ReturnType<typeof form>, string]>([
    ['a name twice', form('a=1&a=2'), 'request-malformed'],
    ['a name with and without brackets', form('a=1&a[b]=2'), 'request-malformed'],
    ['a name with brackets, then without', form('a[b]=2&a=1'), 'request-malformed'],
    ['__proto__', form('__proto__[x]=1'), 'request-malformed'],
    ['__proto__ deep inside', form('a[b][__proto__][x]=1'), 'request-malformed'],
    ['__proto__ in JSON', json('{"a":[{"__proto__":{"x":1}}]}'), 'request-malformed'],
    ['names nested forty deep', form(`a${'[b]'.repeat(40)}=1`), 'request-malformed'],
    ['JSON nested a hundred thousand deep', json('['.repeat(100_000)), 'request-malformed'],
    ['JSON nested forty deep', json(`${'['.repeat(40)}${']'.repeat(40)}`), 'request-malformed'],
    [
      'six thousand fields',
      form(Array.from({ length: 6000 }, (_, index) => `f${index}=`).join('&')),
      'request-malformed',
    ],
    ['bad escapes', form('a=%zz'), 'request-malformed'],
    ['more than 256 KB', form(`a=${'x'.repeat(256 * 1024)}`), 'body-too-large'],
  ])('with %s is refused', async (_, asked, code) => {
    await expect(read(asked, 'bitrix24')).rejects.toMatchObject({ code });
  });

  it('of a form may have lists and unclosed brackets', async () => {
    const asked = changed(
      'bitrix24',
      'bitrix24-call-start.form',
      'event=',
      'x[]=1&x[]=2&y[=3&z]=4&[w]=5&event=',
    );
    expect(await read(asked, 'bitrix24')).toBeDefined();
  });
});
