import { describe, expect, it } from 'vitest';
import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { placeCallback } from '../../lib/calls/place-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import { USER } from '../support/ajam/simulated.ts';
import {
  type Answer,
  head,
  packets,
  reply,
  startHostilePbx,
  waitEventBody,
  write,
} from '../support/hostile-pbx/server.ts';
import { route } from '../support/rules/fixtures.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';

const place = async (url: string, id: string, fields: object) => {
  const settings = {
    pbx: { main: { url, ...USER, replyTimeoutMs: 300 } },
    routes: { default: route({ pbx: ['main'] }) },
    keys: {},
    webhooks: {},
    lines: {},
  };
  const read = async () => settings;
  const parsed = parseCallbackRequest({ agent: '3200', to: '84951234567', waitSeconds: 1, ...fields });
  if (!parsed.ok) throw new Error('invalid request');
  const services = {
    settings: { get: read, refresh: read },
    sessions: new SessionPool(),
    store: openMemoryStore(),
  };
  const options = { id, principal: 'keys/test', deadline: Deadline.in(5000) };
  return await placeCallback(services, parsed.request, options);
};

const newstate = (id: string, state: number): string =>
  packets([
    'Event: Newstate',
    'Privilege: call,all',
    `ChannelState: ${state}`,
    `Uniqueid: ${id}`,
    `Linkedid: ${id}`,
  ]);

/** The first WaitEvent is answered with these events and cut off behind them; later ones bring `later`. */
const cutBehind =
  (events: string, later = ''): Answer =>
  async (socket, action) => {
    if (action.nth > 1)
      return await write(socket, reply(waitEventBody(action, action.nth === 2 ? later : '')));
    const text = waitEventBody(action, events + packets(['Event: X'], ['Event: X']));
    await write(socket, head(text.length) + text.slice(0, text.lastIndexOf('Event: X')));
    socket.end();
  };

describe('placeCallback, when events after the last known state of a call were lost,', () => {
  it.each([
    ['answered', { wait: 'answered' }, 6],
    ['ringing', { wait: 'answered' }, 5],
  ])('is unknown when the call was %s before and is gone now', async (_state, fields, state) => {
    const id = newCallbackId();
    await using pbx = await startHostilePbx({ WaitEvent: cutBehind(newstate(id, state)) });
    expect((await place(pbx.url, id, fields)).status).toBe('unknown');
  });

  it('is unknown with wait accepted too, when the reply to the Originate was lost', async () => {
    const id = newCallbackId();
    await using pbx = await startHostilePbx({
      Originate: (socket) => socket.end(),
      WaitEvent: cutBehind(newstate(id, 6)),
    });
    expect((await place(pbx.url, id, {})).status).toBe('unknown');
  });

  it('is unknown when only the end of another channel of the call is seen after the loss', async () => {
    const id = newCallbackId();
    const other = packets(['Event: Hangup', 'Privilege: call,all', 'Uniqueid: 1.2', `Linkedid: ${id}`]);
    await using pbx = await startHostilePbx({ WaitEvent: cutBehind(newstate(id, 6), other) });
    expect((await place(pbx.url, id, { wait: 'completed' })).status).toBe('unknown');
  });

  it('has the state that an event after the loss shows', async () => {
    const id = newCallbackId();
    await using pbx = await startHostilePbx({ WaitEvent: cutBehind(newstate(id, 5), newstate(id, 6)) });
    expect((await place(pbx.url, id, { wait: 'answered' })).status).toBe('in-progress');
    expect(pbx.count('Status')).toBe(0);
  });
});

it('placeCallback does not say that nothing was sent when Asterisk says "Originate failed"', async () => {
  const id = newCallbackId();
  await using pbx = await startHostilePbx({
    Originate: (socket, { actionId }) =>
      write(
        socket,
        reply(packets(['Response: Error', `ActionID: ${actionId}`, 'Message: Originate failed'])),
      ),
  });
  await expect(place(pbx.url, id, {})).rejects.toMatchObject({ code: 'outcome-unknown' });
});
