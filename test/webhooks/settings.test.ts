import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { mapMistakes } from '../../lib/webhooks/map-mistakes.ts';
import { webhookMistakes } from '../../lib/webhooks/webhook.ts';
import { refusal, settingsWith } from '../support/settings/fixtures.ts';
import { bodyOf } from '../support/webhooks/fixtures.ts';
import { read } from '../support/webhooks/reading.ts';
import { send } from '../support/webhooks/senders.ts';
import { hook, type SourceName } from '../support/webhooks/settings.ts';

describe('webhookMistakes', () => {
  it.each<[SourceName, string | string[], RegExp]>([
    ['bitrix24', 'ONEXTERNALCALSTART', /"events\[0\]" must be "ONEXTERNALCALLSTART" or/],
    ['bitrix24', ['ONEXTERNALCALLSTART', 'ONCRMLEADADD'], /"ONEXTERNALCALLSTART" or/],
    ['hubspot', 'propertyChange', /such as "contact.propertyChange"/],
    ['hubspot', 'contact.propertychange', /such as "contact.propertyChange"/],
    ['hubspot', 'contact.creation', /such as "contact.propertyChange"/],
    ['kommo', 'add_lead', /such as "leads.status" or "contacts.add"/],
    ['kommo', 'lead.status', /such as "leads.status" or "contacts.add"/],
    ['kommo', 'Leads.Status', /such as "leads.status" or "contacts.add"/],
    ['pipedrive', 'added.person', /such as "person.create"/],
    ['pipedrive', ['person.create', 'person.added'], /such as "person.create"/],
  ])('refuses the events of %s when they are %j', (source, events, message) => {
    const error = refusal(settingsWith({ 'webhooks/crm': hook(source, { events }) }));
    expect(error.message).toMatch(/webhooks\/crm/);
    expect(error.message).toMatch(message);
  });

  it.each<[SourceName, string[]]>([
    ['bitrix24', ['OnExternalCallStart', 'ONEXTERNALCALLBACKSTART']],
    ['hubspot', ['contact.propertyChange', 'object.propertyChange']],
    ['kommo', ['leads.add', 'leads.status', 'contacts.add', 'leads.responsible']],
    ['pipedrive', ['person.create', 'person.change', 'activity.create']],
  ])('accepts the events of %s when they are %j', (source, events) => {
    const { webhooks } = parseSettings(settingsWith({ 'webhooks/crm': hook(source, { events }) }), {
      webhookMistakes,
    });
    expect(webhooks['crm']?.['events']).toEqual(events);
  });

  it('accepts the events of Bitrix24 in the letters of its documentation', async () => {
    const body = bodyOf('bitrix24-call-start.form');
    const settings = { events: ['OnExternalCallStart'] };
    expect(
      await read(send.bitrix24('bitrix24-call-start.form', { body }), 'bitrix24', settings),
    ).toBeDefined();
  });
});

describe('webhookMistakes, for Kommo', () => {
  it.each(['q2+w3e4r5t6y7u8i9o0', 'q2w3e4r5/t6y7u8i9o0=', 'q2w3e4r5&6y7u8i9o0', 'q2w3e4r5%6y7u8i9o0'])(
    'refuses the secret %s, which a URL would change',
    (secret) => {
      const error = refusal(settingsWith({ 'webhooks/crm': hook('kommo', { secret }) }));
      expect(error.message).toMatch(/webhooks\/crm "secret\[0\]" must be letters, digits/);
      expect(error.message).not.toContain(secret);
    },
  );
});

describe('mapMistakes', () => {
  it('names each expression that is not JSONata, without its text', () => {
    const { webhooks } = parseSettings(
      settingsWith({
        'webhooks/crm': hook('json', { map: { to: 'data.(', agent: 'owner', call: 'kind = ' } }),
        'webhooks/shop': hook('kommo', { map: { to: '$replace(phone, /(/, "")' } }),
        'webhooks/right': hook('json'),
        'webhooks/plain': hook('bitrix24'),
      }),
    );
    const mistakes = mapMistakes({ webhooks });
    expect(mistakes).toEqual([
      expect.stringMatching(/^webhooks\/crm: map\.to is not a JSONata expression \(S\d{4}\)/),
      expect.stringMatching(/^webhooks\/crm: map\.call is not a JSONata expression \(S\d{4}\)/),
      expect.stringMatching(/^webhooks\/shop: map\.to is not a JSONata expression/),
    ]);
    expect(mistakes.join()).not.toMatch(/data|kind|phone/);
  });
});
