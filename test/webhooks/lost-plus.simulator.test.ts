import { describe, expect, it } from 'vitest';
import { dialledNumber } from '../../lib/rules/numbers/check-number.ts';
import { bodyOf } from '../support/webhooks/fixtures.ts';
import { read } from '../support/webhooks/reading.ts';
import { send } from '../support/webhooks/senders.ts';
import { SECRETS } from '../support/webhooks/settings.ts';

/** In Russia 8 495 … is Moscow. Without its `+`, the Vietnamese +84 95 … would be dialled as Moscow. */
const RULES = {
  country: 'RU',
  allow: ['+7', '+84'],
  deny: [],
  premium: false,
  dialAs: '{e164}',
};
const dialled = (to: unknown) => dialledNumber(String(to), RULES).e164;

/** As people write it. A sender that does not escape the `+` in a form sends a blank. */
const WRITTEN = [
  '+84951234567',
  '+84 95 123 45 67',
  '+84 (95) 123-45-67',
  '+(84) 95 123-45-67',
  '++84 95 123 45 67',
];

describe.each(WRITTEN)('wantedCall, for the unescaped number %s', (written) => {
  const bare = written.replaceAll(' ', '%20');
  const toOf = async (...asked: Parameters<typeof read>) => (await read(...asked))?.fields['to'];

  it('keeps the country in a form of Bitrix24', async () => {
    const body = bodyOf('bitrix24-callback-start.form').replace(/(PHONE_NUMBER%5D=)[^&]*/, `$1${bare}`);
    expect(dialled(await toOf(send.bitrix24('bitrix24-callback-start.form', { body }), 'bitrix24'))).toBe(
      '+84951234567',
    );
  });

  it('keeps the country in a form of Kommo', async () => {
    const body = bodyOf('kommo-contact-add.form').replace(/8\+495\+123-45-00/, bare);
    expect(dialled(await toOf(send.kommo('kommo-contact-add.form', { body }), 'kommo'))).toBe('+84951234567');
  });

  it('keeps the country in a form and in the query of Zoho', async () => {
    const body = bodyOf('zoho-click-to-dial.form').replace(/(tonumber=)[^&]*/, `$1${bare}`);
    const asked = send.zoho('zoho-click-to-dial.form', { body });
    expect(dialled(await toOf(asked, 'zoho'))).toBe('+84951234567');
    const inUrl = { ...asked, body: '', url: `${asked.url}?${body}` };
    expect(dialled(await toOf(inUrl, 'zoho'))).toBe('+84951234567');
  });

  it('keeps the country in a form with a map', async () => {
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

it('wantedCall leaves a blank in JSON as it is', async () => {
  const body = JSON.stringify({ phone: ' 8 (495) 123-45-00' });
  const asked = await read(send.json('json.json', { body }), 'json', { map: { to: 'phone' } });
  expect(asked?.fields['to']).toBe(' 8 (495) 123-45-00');
});
