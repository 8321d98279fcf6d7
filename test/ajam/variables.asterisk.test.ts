import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AjamSession, type Originate, originateAction } from '../../lib/ajam/index.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { describeOnAsterisk, type Watcher, watchEvents } from '../support/asterisk/index.ts';

const PRINTABLE = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n));
const AWKWARD = [
  '\\',
  '"',
  ',',
  '(',
  ')',
  '[',
  ']',
  `\${X}`,
  '$[1+1]',
  '%41',
  '&',
  '+',
  '=',
  ':',
  ';',
  ' ',
  "'",
];

/** Without control characters: they are refused before anything is sent. */
const text = (unit: fc.StringConstraints['unit']) =>
  fc.string({ unit: unit ?? 'grapheme', maxLength: 40 }).filter((value) => !/\p{Cc}/u.test(value));
const value = fc.oneof(
  text('grapheme-ascii'),
  text('grapheme'),
  fc.array(fc.constantFrom(...AWKWARD), { maxLength: 12 }).map((parts) => parts.join('')),
);

describeOnAsterisk('Asterisk reads exactly what the AJAM client was given', (pbx) => {
  let session: AjamSession;
  let watcher: Watcher;
  beforeAll(async () => {
    session = await AjamSession.open({ url: pbx.httpUrl, ...pbx.users.callback });
    watcher = await watchEvents(pbx);
  });
  afterAll(async () => {
    await session.logoff();
    await watcher.close();
  });

  /** Places a call that stays, and reads variables and functions of its channel. */
  const readBack = async (call: Partial<Originate>, names: readonly string[]): Promise<string[]> => {
    const originate = {
      channelId: newCallbackId(),
      channel: 'Local/3200@phones',
      context: 'report',
      exten: '74951234500',
      priority: '1',
      timeoutMs: 5000,
      ...call,
    };
    const { channelId } = originate;
    await session.send(originateAction(originate));
    const waits = (event: { [name: string]: string }): boolean =>
      event['Event'] === 'Newexten' && event['Application'] === 'Wait' && event['Uniqueid'] === channelId;
    await watcher.waitFor(waits);
    const replies = await Promise.all(
      names.map((Variable) => watcher.action({ Action: 'Getvar', Channel: channelId, Variable })),
    );
    await watcher.action({ Action: 'Hangup', Channel: channelId });
    return replies.map((reply) => reply['Value'] ?? `no value: ${reply['Message']}`);
  };
  const roundTrip = (values: readonly string[]): Promise<string[]> => {
    const entries = values.map((one, n): [string, string] => [`V${n}`, one]);
    return readBack(
      { variables: Object.fromEntries(entries) },
      entries.map(([name]) => name),
    );
  };

  it.each([
    ['every printable character', PRINTABLE],
    ['every printable character between letters', PRINTABLE.map((one) => `a${one}b`)],
    ['every printable character three times', PRINTABLE.map((one) => one.repeat(3))],
    ['blanks at either end', [' a', 'a ', '  a  ', ' ', '   ', ' "a" ', ' ,']],
    ['empty values', ['', 'not nothing', '']],
    [
      'other scripts',
      ['Здравствуйте', '日本語', '👩‍👩‍👧‍👦', 'e\u0301', '\u00a0', '\u202eabc', '\ufeff', '�'],
    ],
    [
      'what looks like dialplan',
      [`\${CHANNEL}`, '$[1+1]', `\${SHELL(id)}`, '\\n', '<a>', '"a" <1>', 'a|b', 'a^b'],
    ],
  ])('in variables: %s', async (_what, values) => {
    expect(await roundTrip(values)).toEqual(values);
  });

  it('in variables of 8,000 bytes, of which Getvar would show the first 1023', async () => {
    const values = [1024, 4096, 8000].map((length) => 'x'.repeat(length));
    const channelId = newCallbackId();
    const variables = Object.fromEntries(values.map((one, n) => [`V${n}`, one]));
    await readBack({ channelId, variables }, []);
    const set = watcher
      .events()
      .filter((event) => event['Event'] === 'VarSet' && event['Uniqueid'] === channelId);
    expect(values.map((_, n) => set.find((event) => event['Variable'] === `V${n}`)?.['Value'])).toEqual(
      values,
    );
  });

  it('in variables of any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 15, maxLength: 30 }), async (values) => {
        expect(await roundTrip(values)).toEqual(values);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it('in the numbers that the phones show', async () => {
    const number = fc.stringMatching(/^[0-9A-Za-z+*#._-]{1,30}$/);
    await fc.assert(
      fc.asyncProperty(number, number, async (callerId, connectedLine) => {
        const read = await readBack({ callerId, connectedLine }, ['CALLERID(num)', 'CONNECTEDLINE(num)']);
        expect(read).toEqual([callerId, connectedLine]);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  describe('in the headers of an action', () => {
    let sender: AjamSession;
    beforeAll(async () => {
      sender = await AjamSession.open({ url: pbx.httpUrl, ...pbx.users.watch });
    });
    afterAll(() => sender.logoff());

    /** Returns what Asterisk read: it sends the headers of a UserEvent action to every session. */
    const received = async (headers: Readonly<Record<string, string>>): Promise<Record<string, string>> => {
      const UserEvent = newCallbackId();
      await sender.send({ action: 'UserEvent', headers: { UserEvent, ...headers } });
      const event = await watcher.waitFor((each) => each['UserEvent'] === UserEvent);
      return Object.fromEntries(Object.keys(headers).map((name) => [name, event[name] ?? 'not received']));
    };

    it('of any text', async () => {
      const name = fc.stringMatching(/^X-[A-Za-z0-9_-]{1,20}$/);
      // The packets of the watcher do not show blanks at the ends of a value.
      const headers = fc.dictionary(
        name,
        value.map((one) => `|${one}|`),
        { maxKeys: 20 },
      );
      await fc.assert(
        fc.asyncProperty(headers, async (sent) => {
          expect(await received(sent)).toEqual({ ...sent });
        }),
        { numRuns: 30, endOnFailure: true },
      );
    });

    it('up to 128 headers', async () => {
      // Action, ActionID and UserEvent are three more.
      const names = Array.from({ length: 125 }, (_, n) => `X-${n}`);
      const sent = Object.fromEntries(names.map((each, n) => [each, String(n)]));
      expect(await received(sent)).toEqual(sent);
      await expect(received({ ...sent, 'X-More': '1' })).rejects.toThrow('at most 128 headers');
    });

    it('up to 40,960 bytes', async () => {
      const actionId = `ActionID=${randomUUID()}`;
      const before = `Action=UserEvent&${actionId}&UserEvent=${newCallbackId()}&X-Long=`.length;
      const sent = { 'X-Long': 'x'.repeat(40_960 - before) };
      expect(await received(sent)).toEqual(sent);
      await expect(received({ 'X-Long': `${sent['X-Long']}x` })).rejects.toThrow('at most 40960 bytes');
    });
  });

  it('in the extension and the id', async () => {
    const exten = fc.stringMatching(/^[0-9+][0-9A-Za-z+*#._]{0,60}$/);
    const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$/);
    await fc.assert(
      fc.asyncProperty(exten, id, async (wanted, name) => {
        const channelId = `${name}${newCallbackId()}`.slice(-64).replace(/^[._-]/, 'x');
        const read = await readBack({ exten: wanted, channelId }, ['EXTEN', 'CONTEXT', 'UNIQUEID']);
        expect(read).toEqual([wanted, 'report', channelId]);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});
