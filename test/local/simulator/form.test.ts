import { describe, expect, it } from 'vitest';
import { sessionId } from '../../../local/simulator/cookie.ts';
import {
  actionName,
  decodeForm,
  headerOf,
  splitArguments,
  variablesOf,
} from '../../../local/simulator/form.ts';
import { permissions } from '../../../local/simulator/privilege-classes.ts';

describe('form decoding', () => {
  it('decodes each half once and leaves a malformed % alone', () => {
    expect(decodeForm('a%2Bb=c+d%253D&x=50%&y')).toEqual(['a+b: c d%3D', 'x: 50%', 'y: ']);
  });

  it('cuts at a NUL', () => {
    expect(headerOf(decodeForm('Channel=PJSIP%00/3200'), 'channel')).toBe('PJSIP');
  });

  it('drops what comes after 128 headers without a word', () => {
    const form = Array.from({ length: 130 }, (_, index) => `h${index}=1`).join('&');
    expect(decodeForm(form)).toHaveLength(128);
  });

  it('takes the first header of a name even when it is empty, but the first Action that is not', () => {
    const headers = decodeForm('Channel=&channel=PJSIP/1&Action=&Action=Ping');
    expect(headerOf(headers, 'Channel')).toBe('');
    expect(actionName(headers)).toBe('Ping');
  });
});

describe('variables', () => {
  it.each([
    ['A=1,B=2', ['A=1', 'B=2']],
    ['A="x,y",B=2', ['A=x,y', 'B=2']],
    ['A=x\\,y\\\\', ['A=x,y\\']],
    ['CALLERID(name)=a,B=f(x,y)', ['CALLERID(name)=a', 'B=f(x,y)']],
    ['A=(x,B=2', ['A=(x,B=2']],
  ])('splits %s', (text, items) => {
    expect(splitArguments(text)).toEqual(items);
  });

  it('lets the first of two win, ignores items without = or name, and other headers', () => {
    const headers = decodeForm('Variable=A%3D1&Variable=A%3D2,%3Dx,y&Variables=B%3D1&variable=C%3Dd%3De');
    expect(Object.fromEntries(variablesOf(headers))).toEqual({ A: '1', C: 'd=e' });
  });
});

describe('permission lists', () => {
  it.each([
    ['originate,call', permissions('call,originate')],
    ['call, originate', permissions('call')],
    [',call', -1],
    ['', 0],
  ])('%j', (list, mask) => {
    expect(permissions(list)).toBe(mask);
  });
});

describe('the session cookie', () => {
  it.each([
    ['mansession_id="0badcafe"', '0badcafe'],
    ['a=1; MANSESSION_ID=BadCafe', '0badcafe'],
    ['mansession_id="1"; mansession_id="2"', '00000002'],
    ['mansession_id=xyz', undefined],
  ])('%s', (cookie, id) => {
    expect(sessionId(['Host', 'x', 'cookie', 'mansession_id="ff"', 'Cookie', cookie])).toBe(id);
  });
});
