import { describe, expect, it } from 'vitest';
import { bodyOf } from '../support/webhooks/fixtures.ts';
import { read } from '../support/webhooks/reading.ts';
import { MAIN, send } from '../support/webhooks/senders.ts';
import type { SourceName } from '../support/webhooks/settings.ts';

describe('readPayload', () => {
  const form = (body: string) => ({ ...send.bitrix24(MAIN.bitrix24), body });
  const json = (body: string) => ({ ...form(body), headers: { 'content-type': 'application/json' } });

  it.each<[string, ReturnType<typeof form>, string]>([
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
  ])('refuses a body with %s', async (_, asked, code) => {
    await expect(read(asked, 'bitrix24')).rejects.toMatchObject({ code });
  });

  it('accepts lists and unclosed brackets in a form', async () => {
    const body = `x[]=1&x[]=2&y[=3&z]=4&[w]=5&${bodyOf(MAIN.bitrix24)}`;
    const asked = send.bitrix24(MAIN.bitrix24, { body });
    expect(await read(asked, 'bitrix24')).toBeDefined();
  });

  it.each<[string, SourceName, string]>([
    ['twice', 'bitrix24', 'data[LINE_NUMBER]=8'],
    ['with [names] besides', 'bitrix24', 'data[LINE_NUMBER][x]=8'],
    ['with [names] before', 'kommo', 'note[type][message_uuid]=8e1c&note[type]=3'],
    ['without [names] before', 'kommo', 'note[type]=3&note[type][message_uuid]=8e1c&note[type][x]=y'],
    ['at two depths', 'kommo', 'contacts[add][0][tags]=a&contacts[add][0][tags][0][name]=a'],
  ])('accepts a field %s that nobody reads: %s', async (_, source, more) => {
    const asked = send[source](MAIN[source], { body: `${bodyOf(MAIN[source])}&${more}` });
    expect(await read(asked, source)).toMatchObject({ fields: { agent: '3200' } });
    // A map that lists all fields does not see it.
    expect(
      await read(asked, source, { map: { metadata: '{"all": $string($count(**) > 5)}' } }),
    ).toBeDefined();
  });

  it.each<[string, SourceName, string, string]>([
    ['a token twice', 'bitrix24', 'auth[application_token]=x', 'request-malformed'],
    ['a user twice', 'bitrix24', 'data[USER_ID]=1', 'request-malformed'],
    ['a number with [names]', 'bitrix24', 'data[PHONE_NUMBER_INTERNATIONAL][0]=1', 'request-malformed'],
    ['a user with [names]', 'kommo', 'contacts[add][0][responsible_user_id][0]=1', 'request-malformed'],
    ['the event itself as text', 'kommo', 'contacts[add]=1', 'request-malformed'],
  ])('refuses a form with %s, if it is read', async (_, source, more, code) => {
    const asked = send[source](MAIN[source], { body: `${bodyOf(MAIN[source])}&${more}` });
    await expect(read(asked, source)).rejects.toMatchObject({ code });
  });

  it('returns map-failed when a map reads a field that came twice', async () => {
    const asked = send.bitrix24(MAIN.bitrix24, { body: `${bodyOf(MAIN.bitrix24)}&data[LINE_NUMBER]=8` });
    const mapped = read(asked, 'bitrix24', { map: { metadata: '{"line": data.LINE_NUMBER}' } });
    await expect(mapped).rejects.toMatchObject({ code: 'map-failed' });
  });
});
