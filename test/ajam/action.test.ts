import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, encodeAction, encodeVariable, originateAction } from '../../lib/ajam/index.ts';

const refused = expect.objectContaining({ code: 'AJAM_INVALID', mayHaveRun: false });

describe('encodeAction', () => {
  it('writes a form with the action first', () => {
    const body = encodeAction({ action: 'Originate', headers: { Channel: 'Local/1@a b', Exten: undefined } });
    expect(body).toBe('Action=Originate&Channel=Local%2F1%40a+b');
  });

  it('repeats a header that is a list', () => {
    expect(encodeAction({ action: 'X', headers: { Variable: ['A=1', 'B=2'] } })).toBe(
      'Action=X&Variable=A%3D1&Variable=B%3D2',
    );
  });

  it.each<[string, Action]>([
    ['CR LF in a value', { action: 'X', headers: { Channel: 'a\r\nAction: Command' } }],
    ['LF in the action', { action: 'Ping\n', headers: {} }],
    ['NUL', { action: 'X', headers: { Channel: 'a\0b' } }],
    ['a tab', { action: 'X', headers: { Channel: 'a\tb' } }],
    ['DEL', { action: 'X', headers: { Channel: 'a\u007fb' } }],
    ['a C1 control character', { action: 'X', headers: { Channel: 'a\u0085b' } }],
    ['half a surrogate pair', { action: 'X', headers: { Channel: 'a\ud800' } }],
    ['a colon in a name', { action: 'X', headers: { 'A: b': 'c' } }],
    ['LF in a name', { action: 'X', headers: { 'A\nB': 'c' } }],
    ['an empty value', { action: 'X', headers: { A: '' } }],
    ['a leading blank, which Asterisk would remove', { action: 'X', headers: { A: ' b' } }],
    ['an empty action', { action: '' }],
    [
      'more than 128 headers',
      { action: 'X', headers: { Variable: Array.from({ length: 128 }, (_, n) => `V=${n}`) } },
    ],
    ['more than 40,960 bytes', { action: 'X', headers: { A: 'é'.repeat(7000) } }],
  ])('refuses %s before anything is sent', (_what, action) => {
    expect(() => encodeAction(action)).toThrow(refused);
  });

  it('sends 128 headers', () => {
    const action = { action: 'X', headers: { Variable: Array.from({ length: 127 }, (_, n) => `V=${n}`) } };
    expect(encodeAction(action).split('&')).toHaveLength(128);
  });

  it('never repeats a refused value in the error', () => {
    const act = () => encodeAction({ action: 'Login', headers: { Secret: 'hunter2\n' } });
    expect(act).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
  });
});

describe('encodeVariable', () => {
  it.each([
    ['plain', 'PLAIN=plain'],
    ['a,b', 'PLAIN=a\\,b'],
    ['"q" \\ (x) [y]', 'PLAIN=\\"q\\" \\\\ \\(x\\) \\[y\\]'],
    ['', 'PLAIN='],
    ['a=b', 'PLAIN=a=b'],
  ])('escapes %j', (value, encoded) => {
    expect(encodeVariable('PLAIN', value)).toBe(encoded);
  });

  it.each(['', '1A', '___A', 'A B', 'A,B', 'CALLERID(num)', 'SHELL(rm)', 'A=B', 'Ä', '__proto__)'])(
    'refuses %j as a name',
    (name) => {
      expect(() => encodeVariable(name, 'x')).toThrow(refused);
    },
  );

  it('never ends in a single backslash, after which Asterisk would read past the end', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const tail = encodeVariable('A', value).match(/\\*$/)?.[0] ?? '';
        expect(tail.length % 2).toBe(0);
      }),
    );
  });
});

describe('originateAction', () => {
  const call = {
    channelId: 'cb_1',
    channel: 'PJSIP/3200',
    context: 'OUT',
    exten: '84951234567',
    priority: '1',
    timeoutMs: 30_000,
  };

  it('makes an asynchronous action with the id as ActionID and ChannelId', () => {
    const { headers } = originateAction(call);
    expect(headers).toMatchObject({ ActionID: 'cb_1', ChannelId: 'cb_1', Async: 'true', Timeout: '30000' });
  });

  it('shows each phone the number of the other', () => {
    const { headers } = originateAction({ ...call, connectedLine: '84951234567', callerId: '3200' });
    expect(headers?.['Variable']).toEqual(['CONNECTEDLINE(num)=84951234567', 'CALLERID(num)=3200']);
    expect(headers).not.toHaveProperty('CallerID');
  });

  it.each([
    ['a channel of more than 255 bytes, which Asterisk would cut', { channel: `PJSIP/${'1'.repeat(256)}` }],
    ['an extension of more than 79 bytes, which Asterisk would cut', { exten: '1'.repeat(80) }],
    ['a context of more than 79 bytes, which Asterisk would cut', { context: 'c'.repeat(80) }],
    ['the timeout 0, with which a phone would ring without end', { timeoutMs: 0 }],
    ['a timeout with a fraction', { timeoutMs: 1.5 }],
    ['an id that Hangup would read as a regular expression', { channelId: '/cb/' }],
    ['an id with a semicolon, as halves of Local channels have', { channelId: 'cb;2' }],
  ])('refuses %s', (_what, change) => {
    expect(() => originateAction({ ...call, ...change })).toThrow(refused);
  });
});
