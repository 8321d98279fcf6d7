import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAction } from '../../lib/ajam/index.ts';
import { buildOriginate } from '../../lib/asterisk/build-originate.ts';
import { plan, refusal } from '../support/rules/fixtures.ts';

const refusalOf = (...asked: Parameters<typeof plan>) => refusal(() => plan(...asked));
const codeOf = (...asked: Parameters<typeof plan>) => refusalOf(...asked).code;

describe('the variables of a request', () => {
  const lists = { variables: ['CRM_ID', '__DEAL', '__proto__'] };

  it('are set if the route lists them', () => {
    expect(plan({ variables: { CRM_ID: '42', __DEAL: '' } }, lists).variables).toEqual({
      CRM_ID: '42',
      __DEAL: '',
    });
  });

  it.each([
    ['not listed', { OTHER: '1' }],
    ['in another case', { crm_id: '1' }],
    ['a function', { 'CALLERID(num)': '1' }],
    ['inherited, where the plain one is listed', { _CRM_ID: '1' }],
    ['a name of the prototype', { constructor: '1' }],
  ])('are refused when one is %s', (_, variables) => {
    expect(codeOf({ variables }, lists)).toBe('variable-not-allowed');
    const patterns = { CRM_ID: '.*', __DEAL: '.*' };
    expect(codeOf({ variables }, { variables: patterns })).toBe('variable-not-allowed');
  });

  it('are refused when the route lists a dialplan function', () => {
    const shell = { 'SHELL(reboot)': '1' };
    expect(codeOf({ variables: shell }, { variables: Object.keys(shell) })).toBe('variable-not-allowed');
    expect(codeOf({ variables: shell }, { variables: { 'SHELL(reboot)': '.*' } })).toBe(
      'variable-not-allowed',
    );
  });

  it.each([
    ['a line break', '1\r\nAction: Command'],
    ['a NUL', '1\0'],
    ['an escape', '\u001b[2J'],
    ['a C1 control', '\u0085'],
    ['a lone surrogate', '\ud800'],
    ['more than 1024 characters', 'x'.repeat(1025)],
  ])('are refused when a value holds %s, whatever the route says', (_, value) => {
    for (const variables of [['CRM_ID'], { CRM_ID: '[^]*' }])
      expect(refusalOf({ variables: { CRM_ID: value } }, { variables })).toMatchObject({
        code: 'variable-invalid',
        field: 'variables.CRM_ID',
      });
  });

  it('are refused when there are more than 64', () => {
    const names = Array.from({ length: 65 }, (_, index) => `V${index}`);
    const all = (count: number) => Object.fromEntries(names.slice(0, count).map((name) => [name, '']));
    expect(codeOf({ variables: all(64) }, { variables: names })).toBe('allowed');
    expect(codeOf({ variables: all(65) }, { variables: names })).toBe('variable-invalid');
  });

  it('change no prototype', () => {
    const { variables } = plan({ variables: JSON.parse('{"__proto__":"x"}') }, lists);
    expect(Object.getPrototypeOf(variables)).toBe(Object.prototype);
  });
});

describe('a variable that is listed by its name alone', () => {
  const lists = { variables: ['CRM_ID'] };

  it.each([
    '4711',
    'deal-17_b',
    'Müller GmbH',
    'Иван Петров',
    '山田 太郎',
    'अनिता',
    'a@b.example:8080/x#1+2',
    '+7 495 123-45-67',
    '2026-11-28T10:00:00Z',
    '\u0664\u0662',
    'e\u0301',
    'non\u00a0break',
  ])('takes %j', (value) => {
    expect(plan({ variables: { CRM_ID: value } }, lists).variables).toEqual({ CRM_ID: value });
  });

  it.each([
    ['60,G(ctx^EXT^1)', '"," U+002C'],
    ['a&PJSIP/boss', '"&" U+0026'],
    ['\u0024{SHELL(id)}', '"$" U+0024'],
    ['a|b', '"|" U+007C'],
    ['x(y', '"(" U+0028'],
    ['x)y', '")" U+0029'],
    ['x^y', '"^" U+005E'],
    ['x;y', '";" U+003B'],
    ['say "no"', '""" U+0022'],
    ["it's", '"\'" U+0027'],
    ['back\\slash', '"\\" U+005C'],
    ['50%', '"%" U+0025'],
    ['a=b', '"=" U+003D'],
    ['a!b', '"!" U+0021'],
    ['<b>', '"<" U+003C'],
    ['a*b', '"*" U+002A'],
    ['a[0]', '"[" U+005B'],
    ['really?', '"?" U+003F'],
    ['zero\u200bwidth', 'U+200B'],
    ['smile \u{1f600}', '"\u{1f600}" U+1F600'],
  ])('refuses %j and names the character: %s', (value, name) => {
    const { code, message, hint } = refusalOf({ variables: { CRM_ID: value } }, lists);
    expect(code).toBe('variable-invalid');
    expect(message).toContain(`The value of CRM_ID holds ${name}`);
    expect(message).toContain('give a pattern for CRM_ID');
    expect(hint).toContain('"variables": {"CRM_ID": "^…$"}');
  });

  it('never takes a character that separates arguments of a dialplan application', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (value) => {
        if (codeOf({ variables: { CRM_ID: value } }, lists) === 'allowed')
          expect(value).not.toMatch(/[,&|^()[\]{}$"'\\;=!?*%<>`~\p{C}]/u);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a variable that is listed with a pattern', () => {
  const lists = { variables: { DIAL_SECONDS: '^[0-9]{1,3}$', NOTE: "[\\p{L} ,!'-]*" } };

  it.each([{ DIAL_SECONDS: '60' }, { DIAL_SECONDS: '7', NOTE: "Grüße, it's urgent!" }, { NOTE: '' }])(
    'takes what the pattern matches: %j',
    (variables) => {
      expect(plan({ variables }, lists).variables).toEqual(variables);
    },
  );

  it.each([
    [{ DIAL_SECONDS: '60,G(ctx^EXT^1)' }],
    [{ DIAL_SECONDS: '' }],
    [{ DIAL_SECONDS: '1234' }],
    [{ DIAL_SECONDS: '60 ' }],
    [{ NOTE: 'Grüße & mehr' }],
  ])('refuses what the pattern does not match as a whole: %j', (variables) => {
    const { code, message, hint, field } = refusalOf({ variables }, lists);
    expect(code).toBe('variable-invalid');
    expect(field).toMatch(/^variables\./);
    expect(message).toContain('does not match the pattern of this route');
    expect(message).not.toContain('[');
    expect(hint).toContain('"variables" of the route is');
  });

  it('anchors the pattern', () => {
    for (const value of ['a1', '1b', '2c3']) {
      expect(codeOf({ variables: { A: value } }, { variables: { A: '1|2' } })).toBe('variable-invalid');
      expect(codeOf({ variables: { A: value } }, { variables: { A: '^1|2$' } })).toBe('variable-invalid');
    }
  });
});

describe('the variables that a route sets', () => {
  const set = { SIPADDHEADER01: 'Alert-Info: <http://x>;info=alert-autoanswer', __TENANT: 'acme' };

  it('are set on every call', () => {
    expect(plan({}, { set }).variables).toEqual(set);
    expect(plan({ variables: { CRM_ID: '1' } }, { set, variables: ['CRM_ID'] }).variables).toEqual({
      CRM_ID: '1',
      ...set,
    });
  });

  it.each(['TENANT', '_TENANT', '__TENANT'])('are never overridden by a request: %s', (name) => {
    for (const variables of [[name], { [name]: '.*' }])
      expect(codeOf({ variables: { [name]: 'other' } }, { set, variables })).toBe('variable-not-allowed');
  });

  it('fit into one Originate, together with the most that a request may set', () => {
    const names = (letter: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${letter}${index}`);
    const fill = (all: string[]) => Object.fromEntries(all.map((name) => [name, 'x']));
    const full = plan(
      { variables: fill(names('V', 64)) },
      { variables: names('V', 64), set: fill(names('S', 32)) },
    );
    const originate = buildOriginate(full, { id: 'id', dtmf: '1' });
    expect(() => encodeAction(originate)).not.toThrow();
  });
});
