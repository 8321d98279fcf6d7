import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { newCallbackId } from '../../lib/calls/callback-id.ts';
import { callStatus, cancelCall, sendCallDigits } from '../../lib/calls/control-callback.ts';
import { Deadline } from '../../lib/shared/deadline.ts';
import {
  describeOnAsterisk,
  type Packet,
  readDigits,
  readInvites,
  type Watcher,
  watchEvents,
} from '../support/asterisk/index.ts';
import { dial, dialOnce, servicesFor, type Technology, technologiesOf } from '../support/calls/services.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';

const openStore = openMemoryStore();

const asked = () => ({ deadline: Deadline.in(10_000), mayUseRoute: () => true });
const fate = ({ status, legs }: Callback) => [status, legs.first.status, legs.second.status];

describeOnAsterisk('A call that is picked up, transferred or dialled twice', (pbx) => {
  const [pjsip] = technologiesOf(pbx);
  const local = technologiesOf(pbx).find(({ name }) => name === 'Local');
  if (!pjsip || !local) throw new Error('no such technology');

  let watcher: Watcher;
  beforeAll(async () => {
    watcher = await watchEvents(pbx);
    return () => watcher.close();
  });

  /** A process of its own that shares the store with the others. */
  const inProcess = (technology: Technology) =>
    servicesFor(pbx, pbx.users.control, technology, {}, openStore);
  const request = (fields: object) => ({
    route: 'agent-first',
    agent: '3200',
    to: '+74951234500',
    ...fields,
  });
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

  it('is shown and ended behind a Local channel that Asterisk could optimise away', async () => {
    const agents = { ...local, agent: 'Local/{agent}@agents', customers: 'behind-local' };
    const desk = inProcess(agents);
    const { id } = await dial(desk, request({ to: '+74951234514', wait: 'connected' }));
    await sleep(1500);
    expect(await callStatus(desk, id, asked())).toMatchObject({ status: 'in-progress', live: true });
    expect(await cancelCall(desk, id, asked())).toMatchObject({ status: 'completed', live: false });
  });

  it('is followed, shown and ended after a colleague has picked it up', async () => {
    const id = newCallbackId();
    const following = dial(
      inProcess(pjsip),
      request({ agent: '3206', wait: 'completed', waitSeconds: 15 }),
      id,
    );
    const rings = await watcher.waitFor(
      (event) => event['Event'] === 'Newstate' && event['Uniqueid'] === id && event['ChannelState'] === '5',
    );
    await watcher.action({
      Action: 'Originate',
      Channel: 'PJSIP/3208',
      ...{ Context: 'colleague', Exten: 'pickup', Priority: '1', Async: 'true' },
      Variable: `PICKED=${rings['Channel']}`,
    });
    const desk = inProcess(pjsip);
    await expect
      .poll(() => callStatus(desk, id, asked()).then(fate), { timeout: 5000 })
      .toEqual(['in-progress', 'answered', 'answered']);
    // A phone is up a moment before Dial notices. A hang-up in between would connect nobody.
    await watcher.waitFor((event) => event['BridgeNumChannels'] === '2' && isAfter(event, rings));
    await cancelCall(desk, id, asked());
    expect(fate(await following)).toEqual(['completed', 'answered', 'answered']);
    expect(await callStatus(desk, id, asked())).toMatchObject({ status: 'completed', live: false });
  });

  it('accepts no digits after a transfer, because another person could hear them', async () => {
    const desk = inProcess(pjsip);
    const callback = await dial(desk, request({ wait: 'connected' }));
    const { id } = callback;
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

  it('gets its outcome from the second trunk when the first one fails', async () => {
    const to = anyCustomer();
    const desk = inProcess({ ...pjsip, customers: 'trunk-after-trunk' });
    const callback = await dial(desk, request({ to, wait: 'connected', dtmf: '12' }));
    expect([...fate(callback), callback.dtmf]).toEqual(['in-progress', 'answered', 'answered', 'sent']);
    await expect.poll(() => digitsHeardBy(to.slice(1))).toBe('12');
    await cancelCall(desk, callback.id, asked());
  });

  it('is over when the first phone is busy, although the extension `failed` still runs', async () => {
    const desk = inProcess({ ...pjsip, customers: 'with-failed' });
    const callback = await dial(desk, request({ agent: '3201', wait: 'answered' }));
    expect(fate(callback)).toEqual(['busy', 'busy', 'canceled']);
    expect(await callStatus(desk, callback.id, asked())).toMatchObject({ status: 'busy', live: false });
  });

  it('rings once for several requests with the same key in several processes', async () => {
    const to = anyCustomer();
    const dtmf = { agent: '3208', to, wait: 'connected', dtmf: '12' };
    const desks = Array.from({ length: 5 }, () => inProcess(pjsip));
    const placed = await Promise.all(desks.map((desk) => dialOnce(desk, request(dtmf), to)));
    await expect.poll(() => digitsHeardBy(to.slice(1))).toBe('12');
    expect(await invitesTo(to.slice(1))).toHaveLength(1);
    expect(placed.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(placed.map(({ callback }) => callback.id)).size).toBe(1);
    expect(placed.map(({ callback }) => fate(callback)[0])).toEqual(placed.map(() => 'in-progress'));
    await cancelCall(inProcess(pjsip), placed[0]?.callback.id ?? '', asked());
  });

  it('is not returned to another request with the same key', async () => {
    const desk = inProcess(pjsip);
    const { callback } = await dialOnce(desk, request({ agent: '3206' }), 'taken');
    await expect(dialOnce(inProcess(pjsip), request({ to: '+74957654300' }), 'taken')).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    await cancelCall(desk, callback.id, asked());
  });
});
