import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessRequest } from '../../lib/auth/credentials.ts';
import { signLink } from '../../lib/auth/signed-link.ts';
import { accessOf, keys, NOW, request, SECRET } from '../support/auth/fixtures.ts';

type Pair = readonly [string, string];

const order: Pair[] = [
  ['num', '84951234567'],
  ['cid', '3200'],
];
const link = {
  method: 'GET',
  path: '/callback',
  query: order,
  keyId: 'web',
  secret: SECRET,
  expiresAt: NOW + 60,
};
const pairsOf = (query: string): Pair[] => [...new URLSearchParams(query)];
const signed = (parts: Partial<typeof link> = {}): Pair[] => pairsOf(signLink({ ...link, ...parts }));
const outcome = (query: readonly Pair[], parts: Partial<AccessRequest> = {}, now = NOW) => {
  const access = accessOf(request({ query, ...parts }), keys, now);
  return access.ok ? `${access.via} ${access.keyId}` : access.code;
};
const without = (name: string) => signed().filter(([each]) => each !== name);
const replaced = (name: string, change: (value: string) => string): Pair[] =>
  signed().map(([each, value]) => (each === name ? [each, change(value)] : [each, value]));

describe('authenticate, for a signed link', () => {
  it('accepts what signLink returned', () => {
    expect(outcome(signed())).toBe('link web');
  });

  it('accepts a signature that was computed by hand', () => {
    const covered = `GET\n/callback\ncid=3200&exp=${NOW + 60}&key=web&num=%2B7%20%28495%29%2A~`;
    const sig = createHmac('sha256', SECRET).update(covered).digest('base64url');
    expect(
      outcome([
        ['sig', sig],
        ['num', '+7 (495)*~'],
        ['key', 'web'],
        ['exp', String(NOW + 60)],
        ['cid', '3200'],
      ]),
    ).toBe('link web');
  });

  it.each([
    ['encodeURIComponent', 'cid=3200&exp=EXP&key=web&num=%2B7%20(495)*~'],
    ['a form (PHP, URLSearchParams)', 'cid=3200&exp=EXP&key=web&num=%2B7+%28495%29*%7E'],
  ])('accepts a query that was signed in the encoding of %s', (_, query) => {
    const exp = String(NOW + 60);
    const covered = `GET\n/callback\n${query.replace('EXP', exp)}`;
    const sig = createHmac('sha256', SECRET).update(covered).digest('base64url');
    const parts: Pair[] = [
      ['cid', '3200'],
      ['exp', exp],
      ['key', 'web'],
      ['num', '+7 (495)*~'],
    ];
    expect(outcome([...parts, ['sig', sig]])).toBe('link web');
    expect(outcome([...parts.slice(0, 3), ['num', '+7 (495)*'], ['sig', sig]])).toBe('credentials-invalid');
  });

  it('accepts a path that was signed with the stage, if the request had it', () => {
    const query = signed({ path: '/prod/callback' });
    expect(outcome(query, { longerPaths: ['/prod/callback'] })).toBe('link web');
    expect(outcome(query)).toBe('credentials-invalid');
    expect(outcome(query, { longerPaths: ['/dev/callback'] })).toBe('credentials-invalid');
  });

  it('accepts another order of parameters and other escapes', () => {
    expect(outcome(signed().toReversed())).toBe('link web');
    const written = signLink({ ...link, query: [['num', '+7 495']] });
    expect(outcome(pairsOf(written.replace('%20', '+')))).toBe('link web');
  });

  it('signs repeated names in the order of their values', () => {
    const a: Pair[] = [...order, ['x', '2'], ['x', '1']];
    const b: Pair[] = [...order, ['x', '1'], ['x', '2']];
    expect(signLink({ ...link, query: a })).toBe(signLink({ ...link, query: b }));
  });

  it.each<[string, Pair[]]>([
    ['another number', replaced('num', () => '84957654321')],
    ['a number with a blank', replaced('num', (num) => `${num} `)],
    ['full-width digits', replaced('num', (num) => num.replace('8', '\uff18'))],
    ['a zero-width character', replaced('num', (num) => `${num}\u200b`)],
    ['a lone surrogate', replaced('num', (num) => `${num}\ud800`)],
    ['another agent', replaced('cid', () => '3201')],
    ['a later expiry', replaced('exp', (exp) => String(Number(exp) + 1))],
    ['an expiry written otherwise', replaced('exp', (exp) => `0${exp}`)],
    ['an expiry with a sign', replaced('exp', (exp) => `+${exp}`)],
    ['an expiry in scientific notation', replaced('exp', () => '2e9')],
    ['no expiry in it', replaced('exp', () => '')],
    ['another key', replaced('key', () => 'old')],
    ['an unknown key', replaced('key', () => 'nobody')],
    ['a key without a secret', replaced('key', () => 'crm')],
    ['a key of the prototype', replaced('key', () => '__proto__')],
    ['a signature cut short', replaced('sig', (sig) => sig.slice(0, -1))],
    ['no signature in it', replaced('sig', () => '')],
    ['a padded signature', replaced('sig', (sig) => `${sig}=`)],
    ['a changed signature', replaced('sig', (sig) => (sig.startsWith('A') ? 'B' : 'A') + sig.slice(1))],
    ['a signature in other bits of the same bytes', replaced('sig', sparesChanged)],
    ['a parameter more', [...signed(), ['route', 'premium']]],
    ['a parameter less', without('cid')],
    ['a parameter twice', [...signed(), ['num', '84957654321']]],
    ['two parameters run into one', [...without('cid'), ['num&cid', '3200']]],
    ['key twice', [...signed(), ['key', 'web']]],
    ['exp twice', [...signed(), ['exp', '9999999999']]],
    ['sig twice', [...signed(), ['sig', 'x']]],
    ['a token too', [...signed(), ['token', 'old.an-old-system-knows-this']]],
    ['key missing', without('key')],
    ['exp missing', without('exp')],
    ['sig missing', without('sig')],
  ])('refuses %s', (_, query) => {
    expect(outcome(query)).toBe('credentials-invalid');
  });

  it.each([
    ['another method', { method: 'POST' }],
    ['another path', { path: '/callbacks' }],
    ['another case of the path', { path: '/Callback' }],
    ['a slash more', { path: '/callback/' }],
    ['parts moved between path and query', { path: '/callback\ncid=3200' }],
    ['a bearer key too', { headers: { authorization: `Bearer web.${SECRET}` } }],
  ])('refuses %s', (_, parts) => {
    expect(outcome(signed(), parts)).toBe('credentials-invalid');
  });

  it('refuses a link from the second of its expiry on', () => {
    expect(outcome(signed(), {}, NOW + 59)).toBe('link web');
    expect(outcome(signed(), {}, NOW + 60)).toBe('link-expired');
  });

  it('reports an expired link only if the signature is right', () => {
    expect(
      outcome(
        replaced('num', () => '84957654321'),
        {},
        NOW + 3600,
      ),
    ).toBe('credentials-invalid');
    expect(outcome(replaced('exp', () => '1'))).toBe('credentials-invalid');
  });

  it('refuses an expiry in milliseconds', () => {
    expect(outcome(signed({ expiresAt: NOW * 1000 }))).toBe('credentials-invalid');
  });

  it('accepts any text as it was signed, and refuses any change of it', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const name = text.filter((each) => !['key', 'exp', 'sig', 'token'].includes(each));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { minLength: 1 }), text, (query, other) => {
        const pairs = pairsOf(signLink({ ...link, query }));
        expect(outcome(pairs)).toBe('link web');
        const [first] = query;
        fc.pre(first !== undefined && first[1] !== other);
        const index = pairs.findIndex(([each, value]) => each === first?.[0] && value === first[1]);
        const changed = pairs.with(index, [first?.[0] ?? '', other]);
        expect(outcome(changed)).toBe('credentials-invalid');
      }),
    );
  });
});

describe('signLink', () => {
  it.each<[string, Partial<typeof link>]>([
    ['a key of its own in the query', { query: [['key', 'x']] }],
    ['a token in the query', { query: [['token', 'x']] }],
    ['a fraction of a second', { expiresAt: 1.5 }],
    ['no expiry', { expiresAt: Number.NaN }],
    ['an empty secret', { secret: '' }],
    ['a lone surrogate', { query: [['num', '\ud800']] }],
  ])('throws for %s', (_, parts) => {
    expect(() => signLink({ ...link, ...parts })).toThrow(TypeError);
  });
});

/** 43 characters carry 258 bits for 256: a lenient decoder ignores two bits of the last one. */
function sparesChanged(sig: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return sig.slice(0, -1) + alphabet[alphabet.indexOf(sig.slice(-1)) ^ 1];
}
