import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccessRequest, authenticate, mayUseRoute } from '../../lib/auth/index.ts';
import { key, keys, NOW, request, SECRET, withBearer } from '../support/auth/fixtures.ts';

const outcome = (asked: AccessRequest, known = keys) => {
  const access = authenticate(asked, known, NOW);
  return access.ok ? `${access.via} ${access.keyId}` : access.code;
};

describe('a bearer key', () => {
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
  ])('Authorization %j gives %s', (authorization, expected) => {
    expect(outcome(request({ headers: { authorization } }))).toBe(expected);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('is not found as %s', (name) => {
    expect(outcome(withBearer(`${name}.undefined`))).toBe('credentials-invalid');
    expect(outcome(withBearer(`${name}.`))).toBe('credentials-invalid');
  });

  it('reads no header that a prototype lends', () => {
    const headers = Object.create({ authorization: `Bearer web.${SECRET}` }) as Record<string, string>;
    expect(outcome(request({ headers }))).toBe('credentials-missing');
  });

  it('with an empty secret admits nobody', () => {
    const empty = { open: key({ secret: '' }) };
    expect(outcome(withBearer('open.'), empty)).toBe('credentials-invalid');
    expect(outcome(withBearer('open.x'), empty)).toBe('credentials-invalid');
  });

  it('may hold dots in its secret', () => {
    expect(outcome(withBearer('dots.a.b.c'), { dots: key({ secret: 'a.b.c' }) })).toBe('bearer dots');
  });

  it('lets nothing in but itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('web', 'old', 'crm'), (secret, id) => {
        fc.pre(secret !== SECRET);
        return outcome(withBearer(`${id}.${secret}`)) === 'credentials-invalid';
      }),
    );
  });

  it('never repeats what was sent', () => {
    const access = authenticate(withBearer('web.my-almost-right-secret'), keys, NOW);
    expect(JSON.stringify(access)).not.toContain('almost');
  });
});

describe('no keys at all', () => {
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
  ])('refuses everybody (%#)', (asked, expected) => {
    expect(outcome(asked, {})).toBe(expected);
  });
});

describe('a token in the URL', () => {
  const withToken = (...values: string[]) =>
    request({ query: values.map((value) => ['token', value] as const) });

  it('is taken for a key that says so', () => {
    expect(outcome(withToken('old.an-old-system-knows-this'))).toBe('token old');
  });

  it('is refused for any other, and says why to who knows the secret', () => {
    const access = authenticate(withToken(`web.${SECRET}`), keys, NOW);
    expect(access).toMatchObject({
      ok: false,
      code: 'credentials-invalid',
      message: expect.stringContaining('inUrl'),
    });
    expect(authenticate(withToken('web.wrong'), keys, NOW)).toMatchObject({
      message: expect.not.stringContaining('inUrl'),
    });
  });

  it('is taken once', () => {
    expect(outcome(withToken('old.an-old-system-knows-this', 'old.an-old-system-knows-this'))).toBe(
      'credentials-invalid',
    );
  });
});

describe('two kinds of credentials', () => {
  it.each([
    ['bearer and token', { query: [['token', 'old.an-old-system-knows-this']] }],
    ['bearer and a piece of a link', { query: [['key', 'web']] }],
    ['bearer and IAM', { principal: 'arn:aws:sts::123456789012:assumed-role/crm/x' }],
  ] as const)('%s are refused, though each were right', (_, parts) => {
    expect(outcome(withBearer(`web.${SECRET}`, parts))).toBe('credentials-invalid');
  });
});

describe('the routes of a key', () => {
  it('are all without a list, and the listed ones with it', () => {
    expect(mayUseRoute(key(), 'sales')).toBe(true);
    expect(mayUseRoute(key({ routes: ['sales'] }), 'sales')).toBe(true);
    expect(mayUseRoute(key({ routes: ['sales'] }), 'default')).toBe(false);
    expect(mayUseRoute(key({ routes: [] }), 'default')).toBe(false);
  });
});
