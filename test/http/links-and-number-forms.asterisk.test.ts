import { describe, expect, it } from 'vitest';
import {
  describeOnAsterisk,
  type Packet,
  readInvites,
  type Watcher,
  watchEvents,
} from '../support/asterisk/index.ts';
import {
  type CallbackFunction,
  callbackFunctionOnSimulator,
  openCallbackFunction,
} from '../support/http/callback-function.ts';
import { allTold, markedChannel } from '../support/http/listening.ts';
import { json, LEGACY_SECRET, settingsFor } from '../support/http/settings.ts';

/** Whether the dialplan was reached by a call with this id. */
const dialled = (id: unknown) => (event: Packet) =>
  event['UserEvent'] === 'Dialled' && event['Uniqueid'] === id;

const hangUp = (watcher: Watcher, id: unknown) => watcher.action({ Action: 'Hangup', Channel: String(id) });

/** Browsers and link scanners that look at an address before anybody has clicked. */
const LOOKING_AHEAD: [says: string, headers: Record<string, string>, method: string][] = [
  ['HEAD', {}, 'HEAD'],
  ['a prefetch', { 'sec-purpose': 'prefetch;prerender' }, 'GET'],
  ['an old prefetch', { purpose: 'prefetch' }, 'GET'],
  ['an old Firefox', { 'x-moz': 'prefetch' }, 'GET'],
  ['a preview', { 'x-purpose': 'preview' }, 'GET'],
];

async function lookAhead(
  lambda: CallbackFunction,
  method: string,
  headers: Record<string, string>,
): Promise<void> {
  for (const credentials of ['', `&token=legacy.${LEGACY_SECRET}`]) {
    const url = `/callback?cid=3200&num=84951234567${credentials}`;
    expect(await lambda.ask({ method, url, headers })).toMatchObject({ status: 204, text: '' });
  }
}

describe('The function callback, with the simulator', () => {
  const { lambda, simulator } = callbackFunctionOnSimulator();

  it.each(LOOKING_AHEAD)('never dials for %s, with any credentials', async (_, headers, method) => {
    await lookAhead(lambda(), method, headers);
    expect(simulator().requests).toEqual([]);
  });

  it('dials for a classic URL that a person opens', async () => {
    const url = `/callback?p=1&c=OUT_EXT2&cid=3200&num=84951234567&token=legacy.${LEGACY_SECRET}`;
    const { status, body } = await lambda().ask({ url });
    expect({ status, to: body['to'] }).toEqual({ status: 201, to: '+74951234567' });
    const dialled = { channel: 'PJSIP/3200', context: 'OUT_EXT2', exten: '84951234567' };
    expect(simulator().calls).toMatchObject([dialled]);
  });
});

describeOnAsterisk('The function callback', (pbx) => {
  it.each([
    '84951234567',
    '+7 (495) 123-45-67',
    '4951234567',
    '8 495\t123\u221245\u221267',
    '\u202d+7\u00a0495\u202f1234567\u202c',
  ])('dials %s in the form of this PBX: 84951234567', async (to) => {
    await using watcher = await watchEvents(pbx);
    await using lambda = await openCallbackFunction(settingsFor({ url: pbx.httpUrl, ...pbx.users.callback }));
    const { status, body } = await lambda.ask({
      method: 'POST',
      url: '/callbacks',
      headers: json,
      body: JSON.stringify({ to, agent: '3200' }),
    });
    expect({ status, to: body['to'] }).toEqual({ status: 201, to: '+74951234567' });
    expect(await watcher.waitFor(dialled(body['id']))).toMatchObject({
      Context: 'dialled',
      Destination: '84951234567',
    });
    await hangUp(watcher, body['id']);
  });

  it('rings the agent and then dials the customer for a classic URL', async () => {
    const driver = pbx.version === '16' ? 'SIP' : 'PJSIP';
    await using watcher = await watchEvents(pbx);
    await using lambda = await openCallbackFunction(
      settingsFor({ url: pbx.httpUrl, ...pbx.users.callback }, `${driver}/{agent}`),
    );
    const before = (await readInvites(pbx)).length;
    const { status, body } = await lambda.ask({
      url: `/callback?p=1&c=OUT_EXT2&cid=3200&num=84951234567&token=legacy.${LEGACY_SECRET}`,
    });
    expect(status).toBe(201);
    const begins = ({ Event, Uniqueid, Context, Extension }: Packet) =>
      [Event, Uniqueid, Context, Extension].join() === `Newexten,${body['id']},OUT_EXT2,84951234567`;
    await watcher.waitFor(begins);
    const reached = await watcher.waitFor(dialled(body['id']));
    expect(reached).toMatchObject({ Destination: '84951234567', CallerNumber: '3200' });
    expect(reached['Channel']).toMatch(new RegExp(`^${driver}/3200-`));
    const invites = (await readInvites(pbx)).slice(before);
    expect(invites.find(({ callee }) => callee === '3200')).toMatchObject({ from: '84951234567' });
    await hangUp(watcher, body['id']);
  });

  it.each(LOOKING_AHEAD)('never dials for %s, with any credentials', async (_, headers, method) => {
    await using watcher = await watchEvents(pbx);
    const { channel, isOurs } = markedChannel('00');
    await using lambda = await openCallbackFunction(
      settingsFor({ url: pbx.httpUrl, ...pbx.users.callback }, channel),
    );
    await lookAhead(lambda, method, headers);
    await allTold(watcher);
    expect(watcher.events().filter(isOurs)).toEqual([]);
  });
});
