import { describe, expect, it } from 'vitest';
import { recordName } from '../../lib/webhooks/reading.ts';
import { receive } from '../../lib/webhooks/receive.ts';
import { bodyOf } from '../support/webhooks/fixtures.ts';
import { parsedHook, requestOf } from '../support/webhooks/reading.ts';
import { send } from '../support/webhooks/senders.ts';
import type { SourceName } from '../support/webhooks/settings.ts';

describe('receive', () => {
  it.each<[SourceName, string, string]>([
    ['bitrix24', 'bitrix24-call-start.form', 'contact 797'],
    ['bitrix24', 'bitrix24-callback-start.form', 'lead 1234567890'],
    ['hubspot', 'hubspot-property-change.json', 'contact 65051234567890'],
    ['hubspot', 'hubspot-workflow.json', 'contact 1234567890'],
    ['hubspot', 'hubspot-custom-action.json', 'contact 614'],
    ['kommo', 'kommo-contact-add.form', 'contact 1234567890'],
    ['kommo', 'kommo-lead-status.form', 'lead 1234567890'],
    ['kommo', 'kommo-lead-add.json', 'lead 1234567890'],
    ['pipedrive', 'pipedrive-v1-person.json', 'person 1234567890'],
    ['pipedrive', 'pipedrive-v2-person.json', 'person 1234567890'],
    ['pipedrive', 'pipedrive-v2-activity.json', 'activity 1234567890'],
    ['zoho', 'zoho-click-to-dial.form', 'record 1234567890'],
  ])('names the record of an event for the log: %s, %s', (source, fixture, record) => {
    const asked = send[source](fixture, { body: bodyOf(fixture, { id: '1234567890' }) });
    const { reading } = receive(requestOf(asked), 'crm', parsedHook(source), Date.now() / 1000);
    expect(reading.record).toBe(record);
  });
});

describe('recordName', () => {
  it.each([
    ['the number itself', 'contact', '84951234500', '+7 (495) 123-45-00'],
    ['the number without its country', 'contact', '4951234500', '8 495 123-45-00'],
    ['text that is not an id', 'contact', '+7 (495) 123-45-00', undefined],
    ['text with a line break', 'contact', '17\n', undefined],
    ['a very long id', 'contact', '1'.repeat(41), undefined],
    ['a type that is not a word', 'con tact 84951234500', '17', undefined],
    ['no id', 'contact', undefined, undefined],
    ['no type', undefined, '17', undefined],
  ])('returns nothing for %s', (_, type, id, number) => {
    expect(recordName(type, id, number)).toBeUndefined();
  });

  it('returns an id that is as long as a phone number', () => {
    expect(recordName('lead', '20067736', '+74951234500')).toBe('lead 20067736');
    expect(recordName('LEAD', '1269000000012345')).toBe('lead 1269000000012345');
  });
});
