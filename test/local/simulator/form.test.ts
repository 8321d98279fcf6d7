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

describe('The form of a request', () => {
  it('is decoded once, except for a malformed %', () => {
    expect(decodeForm('a%2Bb=c+d%253D&x=50%&y')).toEqual(['a+b: c d%3D', 'x: 50%', 'y: ']);
  });

  it('ends a value at a NUL', () => {
    expect(headerOf(decodeForm('Channel=PJSIP%00/3200'), 'channel')).toBe('PJSIP');
  });

  it('drops headers after the 128th silently', () => {
    const form = Array.from({ length: 130 }, (_, index) => `h${index}=1`).join('&');
    expect(decodeForm(form)).toHaveLength(128);
  });

  it('gives the first header of a name even if it is empty, but the first Action that is not empty', () => {
    const headers = decodeForm('Channel=&channel=PJSIP/1&Action=&Action=Ping');
    expect(headerOf(headers, 'Channel')).toBe('');
    expect(actionName(headers)).toBe('Ping');
  });
});

describe('The variables of a request', () => {
  it.each([
    ['A=1,B=2', ['A=1', 'B=2']],
    ['A="x,y",B=2', ['A=x,y', 'B=2']],
    ['A=x\\,y\\\\', ['A=x,y\\']],
    ['CALLERID(name)=a,B=f(x,y)', ['CALLERID(name)=a', 'B=f(x,y)']],
    ['A=(x,B=2', ['A=(x,B=2']],
  ])('splits %s', (text, items) => {
    expect(splitArguments(text)).toEqual(items);
  });

  it('keep the first of two, and leave out items without = or without a name', () => {
    const headers = decodeForm('Variable=A%3D1&Variable=A%3D2,%3Dx,y&Variables=B%3D1&variable=C%3Dd%3De');
    expect(Object.fromEntries(variablesOf(headers))).toEqual({ A: '1', C: 'd=e' });
  });
});

describe('A permission list', () => {
  it.each([
    ['originate,call', permissions('call,originate')],
    ['call, originate', permissions('call')],
    [',call', -1],
    ['', 0],
  ])('%j', (list, mask) => {
    expect(permissions(list)).toBe(mask);
  });
});

describe('The session cookie', () => {
  it.each([
    ['mansession_id="0badcafe"', '0badcafe'],
    ['a=1; MANSESSION_ID=BadCafe', '0badcafe'],
    ['mansession_id="1"; mansession_id="2"', '00000002'],
    ['mansession_id=xyz', undefined],
  ])('%s', (cookie, id) => {
    expect(sessionId(['Host', 'x', 'cookie', 'mansession_id="ff"', 'Cookie', cookie])).toBe(id);
  });
});
