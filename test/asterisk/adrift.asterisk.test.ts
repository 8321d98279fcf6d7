import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../lib/calls/callback-request.ts';
import { callStatus, cancelCall, sendCallDigits } from '../../lib/calls/control-callback.ts';
import { placeCallback } from '../../lib/calls/place-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import {
  describeOnAsterisk,
  type Packet,
  readDigits,
  readInvites,
  type Watcher,
  watchEvents,
} from '../support/asterisk/index.ts';
import { servicesFor, type Technology, technologiesOf } from '../support/calls/services.ts';

const asked = () => ({ deadline: Deadline.in(10_000), mayUseRoute: () => true });
const fate = ({ status, legs }: Callback) => [status, legs.first.status, legs.second.status];

describeOnAsterisk('A call that leaves its way', (pbx) => {
  const [pjsip] = technologiesOf(pbx);
  const local = technologiesOf(pbx).find(({ name }) => name === 'Local');
  if (!pjsip || !local) throw new Error('no such technology');

  let watcher: Watcher;
  beforeAll(async () => {
    watcher = await watchEvents(pbx);
    return () => watcher.close();
  });

  /** As one process, which knows nothing of others. */
  async function asProcess(technology: Technology, id: string, fields: object) {
    const request = { route: 'agent-first', agent: '3200', to: '+74951234500', ...fields };
    const parsed = parseCallbackRequest(request);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const desk = servicesFor(pbx, pbx.users.control, technology);
    const fingerprint = JSON.stringify(request);
    const options = { id, deadline: Deadline.in(30_000), fingerprint };
    const { callback, replayed } = await placeCallback(desk, parsed.request, options);
    return { callback, repeated: replayed, desk };
  }
  const ringing = (id: string) =>
    watcher.waitFor(
      (event) => event['Event'] === 'Newstate' && event['Uniqueid'] === id && event['ChannelState'] === '5',
    );
  const isAfter = (event: Packet, other: Packet): boolean =>
    Number(event['Timestamp']) > Number(other['Timestamp']);
  const anyCustomer = () => `+7495${Math.floor(10_000 + Math.random() * 89_999)}00`;
  const invitesTo = async (callee: string) =>
    (await readInvites(pbx)).filter((invite) => invite.callee === callee);
  const digitsHeardBy = async (callee: string) => {
    const [invite] = await invitesTo(callee);
    const heard = (await readDigits(pbx)).filter(({ rtpPort }) => rtpPort === invite?.rtpPort);
    return heard.map(({ digit }) => digit).join('');
  };

  it('keeps its id behind a Local channel that could be optimised away, and a repeat rings nobody', async () => {
    const id = newCallbackId();
    const agents = { ...local, agent: 'Local/{agent}@agents', customers: 'behind-local' };
    const to = '+74951234514';
    const before = (await invitesTo('3200')).length;
    const first = await asProcess(agents, id, { to, wait: 'connected' });
    await sleep(1500);
    const again = await asProcess(agents, id, { to, wait: 'connected' });
    expect((await invitesTo('3200')).length - before).toBe(1);
    expect([first.repeated, again.repeated]).toEqual([false, true]);
    await cancelCall(first.desk, id, asked());
  });

  it('to a colleague who picks it up, is followed, shown and ended all the same', async () => {
    const id = newCallbackId();
    const following = asProcess(pjsip, id, { agent: '3206', wait: 'completed', waitSeconds: 15 });
    const rings = await ringing(id);
    await watcher.action({
      Action: 'Originate',
      Channel: 'PJSIP/3208',
      ...{ Context: 'colleague', Exten: 'pickup', Priority: '1', Async: 'true' },
      Variable: `PICKED=${rings['Channel']}`,
    });
    const desk = servicesFor(pbx, pbx.users.control, pjsip);
    await expect
      .poll(() => callStatus(desk, id, asked()).then(fate), { timeout: 5000 })
      .toEqual(['in-progress', 'answered', 'answered']);
    // A phone is up a moment before Dial notices. A hang-up in between would connect nobody.
    await watcher.waitFor((event) => event['BridgeNumChannels'] === '2' && isAfter(event, rings));
    await cancelCall(desk, id, asked());
    expect(fate((await following).callback)).toEqual(['completed', 'answered', 'answered']);
    await expect(callStatus(desk, id, asked())).rejects.toMatchObject({ code: 'callback-not-found' });
  });

  it('to a colleague by transfer, lets no digits be heard by whoever is there', async () => {
    const id = newCallbackId();
    const { callback, desk } = await asProcess(pjsip, id, { wait: 'connected' });
    await watcher.action({
      Action: 'BlindTransfer',
      Channel: callback.legs.first.channel ?? '',
      ...{ Context: 'agents', Exten: '3208' },
    });
    const transferred = await watcher.waitFor(
      (event) => event['Event'] === 'BlindTransfer' && event['TransfererUniqueid'] === id,
    );
    await watcher.waitFor((event) => event['BridgeNumChannels'] === '2' && isAfter(event, transferred));
    expect(fate(await callStatus(desk, id, asked()))).toEqual(['in-progress', 'answered', 'answered']);
    await expect(sendCallDigits(desk, id, '5', asked())).rejects.toMatchObject({
      code: 'call-not-connected',
    });
    await cancelCall(desk, id, asked());
  });

  it('to a second trunk, is decided only there', async () => {
    const id = newCallbackId();
    const to = anyCustomer();
    const technology = { ...pjsip, customers: 'trunk-after-trunk' };
    const { callback, desk } = await asProcess(technology, id, { to, wait: 'connected', dtmf: '12' });
    expect([...fate(callback), callback.dtmf]).toEqual(['in-progress', 'answered', 'answered', 'sent']);
    await expect.poll(() => digitsHeardBy(to.slice(1))).toBe('12');
    await cancelCall(desk, id, asked());
  });

  describe('whose refused repeat runs the extension `failed` for long', () => {
    const technology = { ...pjsip, customers: 'with-failed' };

    it('hears its digits once, and the repeat says so', async () => {
      const id = newCallbackId();
      const to = anyCustomer();
      const request = { agent: '3208', to, wait: 'connected', dtmf: '12' };
      const failedToPjsip = { ...technology, customers: 'with-failed-pjsip' };
      const first = asProcess(failedToPjsip, id, request);
      await watcher.waitFor((event) => event['Event'] === 'Newchannel' && event['Uniqueid'] === id);
      const both = await Promise.all([first, asProcess(failedToPjsip, id, request)]);
      await expect.poll(() => digitsHeardBy(to.slice(1))).toBe('12');
      await sleep(500);
      expect(await digitsHeardBy(to.slice(1))).toBe('12');
      expect(both.map(({ repeated }) => repeated)).toEqual([false, true]);
      await cancelCall(both[0].desk, id, asked());
    });

    it('is over once the first phone was busy, though that extension still runs', async () => {
      const id = newCallbackId();
      const { callback, desk } = await asProcess(technology, id, { agent: '3201', wait: 'answered' });
      expect(fate(callback)).toEqual(['busy', 'busy', 'canceled']);
      await expect(callStatus(desk, id, asked())).rejects.toMatchObject({ code: 'callback-not-found' });
    });

    it('rings in vain as if it had not been repeated', async () => {
      const id = newCallbackId();
      const request = { agent: '3206', timeoutSeconds: 5, wait: 'completed' };
      const first = asProcess(technology, id, request);
      await ringing(id);
      const again = await asProcess(technology, id, { ...request, wait: 'completed' });
      expect(again.repeated).toBe(true);
      expect(fate((await first).callback)).toEqual(['no-answer', 'no-answer', 'canceled']);
    });
  });

  it('cannot be had by another request with its key', async () => {
    const id = newCallbackId();
    const { desk } = await asProcess(pjsip, id, { agent: '3206' });
    await expect(asProcess(pjsip, id, { agent: '3206', to: '+74957654300' })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    await cancelCall(desk, id, asked());
  });
});
