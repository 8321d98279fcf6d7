import { describe, expect, it } from 'vitest';
import { read, wanted } from '../../support/webhooks/reading.ts';
import { send } from '../../support/webhooks/senders.ts';

const now = Math.floor(Date.now() / 1000);

/** An event of one contact, as Kommo nests it. */
function contact(
  fields: Record<string, unknown>,
  custom: unknown[] = [{ code: 'PHONE', values: [{ value: '+74951234500' }] }],
) {
  const item = { id: 17, type: 'contact', responsible_user_id: 1269, last_modified: now, ...fields };
  const body = JSON.stringify({ contacts: { add: [{ ...item, custom_fields: custom }] } });
  return send.kommo('kommo-lead-add.json', { body });
}

const numberOf = async (custom: unknown[], changes = {}) =>
  (await read(contact({}, custom), 'kommo', changes))?.fields['to'];

describe('The source kommo', () => {
  it.each<[string, unknown[]]>([
    ['the second value, when the first is empty', [{ value: '' }, { value: '+74951234500' }]],
    ['the second value, when the first is text', [{ value: 'on request' }, { value: '+74951234500' }]],
    [
      'the third value, when the others are an address',
      [{ value: 'a@b.example' }, { value: '-' }, { value: '+74951234500' }],
    ],
    ['the only value, when it is not an object', ['+74951234500']],
    ['the first of several numbers', [{ value: '+74951234500' }, { value: '+74951234501' }]],
    ['a value that is a number in JSON', [{ value: 74951234500 }]],
  ])('takes %s', async (_, values) => {
    expect(String(await numberOf([{ code: 'PHONE', values }]))).toMatch(/^\+?74951234500$/);
  });

  it('looks at every field with the name of phoneField', async () => {
    const fields = [
      { name: 'Phone', values: [] },
      { name: 'Phone', values: [{ value: 'none' }] },
      { name: 'Phone', values: [{ value: '8 495 123-45-00' }] },
    ];
    expect(await numberOf(fields, { phoneField: 'Phone' })).toBe('8 495 123-45-00');
  });

  it('takes the first value when none looks like a number, so that the refusal says so', async () => {
    expect(await numberOf([{ code: 'PHONE', values: [{ value: 'on request' }, { value: 'soon' }] }])).toBe(
      'on request',
    );
  });

  it('does not call a company that comes among the contacts', async () => {
    const company = contact({ type: 'company' });
    expect(await wanted(company, 'kommo')).toMatchObject({ call: false, why: 'the event is not listed' });
    expect(await wanted(company, 'kommo', { events: ['contacts.add', 'leads.add'] })).toMatchObject({
      call: false,
    });
  });

  it('calls a company when the settings list companies', async () => {
    const company = await read(contact({ type: 'company' }), 'kommo', { events: ['companies.add'] });
    expect(company).toMatchObject({ fields: { to: '+74951234500', agent: '3200' } });
    expect(await read(contact({}), 'kommo', { events: ['companies.add'] })).toBeUndefined();
    expect(await read(contact({ type: undefined }), 'kommo')).toBeDefined();
  });
});
