import { describe, expect, it } from 'vitest';
import { dialledNumber } from '../../lib/rules/numbers.ts';
import { bodyOf } from '../support/webhooks/fixtures.ts';
import { read } from '../support/webhooks/reading.ts';
import { send } from '../support/webhooks/senders.ts';
import { SECRETS } from '../support/webhooks/settings.ts';

/** Everybody may be called from a country where 8 495 … is Moscow; without its `+`, +84 95 … would be that. */
const RULES = {
  country: 'RU',
  allow: ['+7', '+84'],
  deny: [],
  premium: false,
  dialAs: '{e164}',
};
const dialled = (to: unknown) => dialledNumber(String(to), RULES).e164;

/** As people write it, and as a sender puts it into a form that has not escaped the `+`. */
const WRITTEN = [
  '+84951234567',
  '+84 95 123 45 67',
  '+84 (95) 123-45-67',
  '+(84) 95 123-45-67',
  '++84 95 123 45 67',
];

describe.each(WRITTEN)('A bare %s', (written) => {
  const bare = written.replaceAll(' ', '%20');
  const toOf = async (...asked: Parameters<typeof read>) => (await read(...asked))?.fields['to'];

  it('in a form of Bitrix24 stays abroad', async () => {
    const body = bodyOf('bitrix24-callback-start.form').replace(/(PHONE_NUMBER%5D=)[^&]*/, `$1${bare}`);
    expect(dialled(await toOf(send.bitrix24('bitrix24-callback-start.form', { body }), 'bitrix24'))).toBe(
      '+84951234567',
    );
  });

  it('in a form of Kommo stays abroad', async () => {
    const body = bodyOf('kommo-contact-add.form').replace(/8\+495\+123-45-00/, bare);
    expect(dialled(await toOf(send.kommo('kommo-contact-add.form', { body }), 'kommo'))).toBe('+84951234567');
  });

  it('in a form or in the query of Zoho stays abroad', async () => {
    const body = bodyOf('zoho-click-to-dial.form').replace(/(tonumber=)[^&]*/, `$1${bare}`);
    const asked = send.zoho('zoho-click-to-dial.form', { body });
    expect(dialled(await toOf(asked, 'zoho'))).toBe('+84951234567');
    const inUrl = { ...asked, body: '', url: `${asked.url}?${body}` };
    expect(dialled(await toOf(inUrl, 'zoho'))).toBe('+84951234567');
  });

  it('in a form that is mapped stays abroad', async () => {
    const asked = {
      ...send.json('json.json', { body: '' }),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Bearer ${SECRETS.json}`,
      },
      body: `customer[phone]=${bare}`,
    };
    expect(dialled(await toOf(asked, 'json', { map: { to: '$trim(customer.phone)' } }))).toBe('+84951234567');
  });
});

it('A blank in JSON is a blank', async () => {
  const body = JSON.stringify({ phone: ' 8 (495) 123-45-00' });
  const asked = await read(send.json('json.json', { body }), 'json', { map: { to: 'phone' } });
  expect(asked?.fields['to']).toBe(' 8 (495) 123-45-00');
});
