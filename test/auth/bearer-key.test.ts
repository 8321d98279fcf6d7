import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessRequest } from '../../lib/auth/credentials.ts';
import { mayUseRoute } from '../../lib/auth/permissions.ts';
import { accessOf, key, keys, NOW, request, SECRET, withBearer } from '../support/auth/fixtures.ts';

const outcome = (asked: AccessRequest, known = keys) => {
  const access = accessOf(asked, known, NOW);
  return access.ok ? `${access.via} ${access.keyId}` : access.code;
};

describe('authenticate, for a bearer key', () => {
  it.each([
    ['Bearer web.correct-horse-battery-staple', 'bearer web'],
    ['bearer   web.correct-horse-battery-staple', 'bearer web'],
    ['Bearer web.correct-horse-battery-stapl', 'credentials-invalid'],
    ['Bearer web.correct-horse-battery-staple ', 'credentials-invalid'],
    ['Bearer web.', 'credentials-invalid'],
    ['Bearer web', 'credentials-invalid'],
    ['Bearer .correct-horse-battery-staple', 'credentials-invalid'],
    ['Bearer WEB.correct-horse-battery-staple', 'credentials-invalid'],
    ['Bearer old.correct-horse-battery-staple', 'credentials-invalid'],
    ['Bearer nobody.correct-horse-battery-staple', 'credentials-invalid'],
    ['Bearer crm.', 'credentials-invalid'],
    ['Bearer crm.undefined', 'credentials-invalid'],
    [
      'Bearer web.correct-horse-battery-staple, Bearer web.correct-horse-battery-staple',
      'credentials-invalid',
    ],
    ['Basic d2ViOmNvcnJlY3Q=', 'credentials-invalid'],
    ['AWS4-HMAC-SHA256 Credential=x', 'credentials-invalid'],
    ['web.correct-horse-battery-staple', 'credentials-invalid'],
    ['', 'credentials-missing'],
  ])('answers Authorization %j with %s', (authorization, expected) => {
    expect(outcome(request({ headers: { authorization } }))).toBe(expected);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'does not find a key named %s',
    (name) => {
      expect(outcome(withBearer(`${name}.undefined`))).toBe('credentials-invalid');
      expect(outcome(withBearer(`${name}.`))).toBe('credentials-invalid');
    },
  );

  it('does not read an inherited header', () => {
    const headers = Object.create({ authorization: `Bearer web.${SECRET}` }) as Record<string, string>;
    expect(outcome(request({ headers }))).toBe('credentials-missing');
  });

  it('refuses an empty secret, even if the key has one', () => {
    const empty = { open: key({ secret: '' }) };
    expect(outcome(withBearer('open.'), empty)).toBe('credentials-invalid');
    expect(outcome(withBearer('open.x'), empty)).toBe('credentials-invalid');
  });

  it('accepts a secret with dots', () => {
    expect(outcome(withBearer('dots.a.b.c'), { dots: key({ secret: 'a.b.c' }) })).toBe('bearer dots');
  });

  it('refuses every other secret', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('web', 'old', 'crm'), (secret, id) => {
        fc.pre(secret !== SECRET);
        return outcome(withBearer(`${id}.${secret}`)) === 'credentials-invalid';
      }),
    );
  });

  it('never repeats the secret that was sent', () => {
    const access = accessOf(withBearer('web.my-almost-right-secret'), keys, NOW);
    expect(JSON.stringify(access)).not.toContain('almost');
  });
});

describe('authenticate, without any key in the settings', () => {
  it.each([
    [request(), 'credentials-missing'],
    [withBearer(`web.${SECRET}`), 'credentials-missing'],
    [request({ query: [['token', `web.${SECRET}`]] }), 'credentials-missing'],
    [request({ principal: 'arn:aws:iam::123456789012:user/x' }), 'credentials-missing'],
    [
      request({
        query: [
          ['key', 'web'],
          ['exp', String(NOW + 9)],
          ['sig', 'x'],
        ],
      }),
      'credentials-missing',
    ],
  ])('refuses every request (%#)', (asked, expected) => {
    expect(outcome(asked, {})).toBe(expected);
  });
});

describe('authenticate, for a token in the URL', () => {
  const withToken = (...values: string[]) =>
    request({ query: values.map((value) => ['token', value] as const) });

  it('accepts a key with inUrl', () => {
    expect(outcome(withToken('old.an-old-system-knows-this'))).toBe('token old');
  });

  it('refuses any other key, and names inUrl only if the secret is right', () => {
    const access = accessOf(withToken(`web.${SECRET}`), keys, NOW);
    expect(access).toMatchObject({
      ok: false,
      code: 'credentials-invalid',
      message: expect.stringContaining('inUrl'),
    });
    expect(accessOf(withToken('web.wrong'), keys, NOW)).toMatchObject({
      message: expect.not.stringContaining('inUrl'),
    });
  });

  it('refuses two tokens', () => {
    expect(outcome(withToken('old.an-old-system-knows-this', 'old.an-old-system-knows-this'))).toBe(
      'credentials-invalid',
    );
  });
});

describe('authenticate, for two kinds of credentials', () => {
  it.each([
    ['bearer and token', { query: [['token', 'old.an-old-system-knows-this']] }],
    ['bearer and a piece of a link', { query: [['key', 'web']] }],
    ['bearer and IAM', { principal: 'arn:aws:sts::123456789012:assumed-role/crm/x' }],
  ] as const)('refuses %s, although each is right', (_, parts) => {
    expect(outcome(withBearer(`web.${SECRET}`, parts))).toBe('credentials-invalid');
  });
});

describe('mayUseRoute', () => {
  it('allows every route without a list, and else the listed ones', () => {
    expect(mayUseRoute(key(), 'sales')).toBe(true);
    expect(mayUseRoute(key({ routes: ['sales'] }), 'sales')).toBe(true);
    expect(mayUseRoute(key({ routes: ['sales'] }), 'default')).toBe(false);
    expect(mayUseRoute(key({ routes: [] }), 'default')).toBe(false);
  });
});
