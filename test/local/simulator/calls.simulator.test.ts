import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_DIALPLAN, type Simulator, startSimulator } from '../../../local/simulator/index.ts';
import { Asker } from '../../support/local/simulator/ask.ts';

let pbx: Simulator;
let asker: Asker;

beforeEach(async () => {
  pbx = await startSimulator({ timeScale: 0.01, loginDelayMs: 0 });
  asker = new Asker(pbx.url);
  await asker.login();
});

afterEach(async () => {
  asker.agent.destroy();
  await pbx.close();
});

function originate(agent: string, customer: string, more: Record<string, string> = {}) {
  const target = { Context: 'OUT_EXT2', Exten: customer, Priority: '1' };
  return asker.ask('Originate', {
    Channel: `PJSIP/${agent}`,
    ChannelId: 'cb_1',
    ActionID: 'cb_1',
    Async: 'true',
    Timeout: '30000',
    ...target,
    ...more,
  });
}

describe('The last two digits of the agent choose the outcome', () => {
  it.each([
    { agent: '3201', reason: '0', dial: 'BUSY', cause: '17', text: 'User busy', sip: '486' },
    { agent: '3202', reason: '0', dial: 'NOANSWER', cause: '21', text: 'Call Rejected', sip: '603' },
    {
      agent: '3203',
      reason: '0',
      dial: 'NOANSWER',
      cause: '19',
      text: 'User alerting, no answer',
      sip: '480',
    },
    {
      agent: '3204',
      reason: '0',
      dial: 'NOANSWER',
      cause: '1',
      text: 'Unallocated (unassigned) number',
      sip: '404',
    },
    {
      agent: '3205',
      reason: '0',
      dial: 'CONGESTION',
      cause: '34',
      text: 'Circuit/channel congestion',
      sip: '503',
    },
    {
      agent: '3206',
      reason: '3',
      dial: undefined,
      cause: '19',
      text: 'User alerting, no answer',
      sip: '480',
    },
  ])(
    'for $agent: Reason $reason, DialStatus $dial, cause $cause',
    async ({ agent, reason, dial, cause, text, sip }) => {
      await originate(agent, '79001234567');
      const events = await asker.eventsUntil('Event: Hangup\r');
      expect(events.find((event) => event['Event'] === 'OriginateResponse')).toMatchObject({
        Response: 'Failure',
        Channel: `PJSIP/${agent}`,
        Reason: reason,
        Uniqueid: 'cb_1',
        ActionID: 'cb_1',
      });
      expect(events.find((event) => event['Event'] === 'DialEnd')?.['DialStatus']).toBe(dial);
      expect(events.find((event) => event['Event'] === 'Hangup')).toMatchObject({
        Uniqueid: 'cb_1',
        Cause: cause,
        'Cause-txt': text,
        TechCause: sip,
      });
    },
  );
});

describe('The last two digits of the customer choose the outcome', () => {
  it.each([
    { customer: '79001234501', dial: 'BUSY', second: '17', first: '17' },
    { customer: '79001234502', dial: 'NOANSWER', second: '21', first: '21' },
    { customer: '79001234505', dial: 'CONGESTION', second: '34', first: '34' },
    { customer: '79001234506', dial: 'NOANSWER', second: '0', first: '16' },
    { customer: '79001234507', dial: 'ANSWER', second: '16', first: '16' },
  ])('for $customer: DialStatus $dial', async ({ customer, dial, second, first }) => {
    await originate('3200', customer);
    const events = await asker.eventsUntil(`Uniqueid: cb_1\r\nLinkedid: cb_1\r\nCause: ${first}`);
    const ends = events.filter((event) => event['Event'] === 'DialEnd');
    expect(ends.map((event) => event['DialStatus'])).toEqual(['ANSWER', dial]);
    expect(ends[1]).toMatchObject({ Uniqueid: 'cb_1', DestLinkedid: 'cb_1' });
    const hangups = events.filter((event) => event['Event'] === 'Hangup');
    expect(hangups.map((event) => event['Cause'])).toEqual([second, first]);
  });
});

it('The simulator bridges agent and customer when both answer', async () => {
  await originate('3208', '+79001234508');
  const events = await asker.eventsUntil('BridgeNumChannels: 2');
  expect(events.map((event) => event['Event'])).toEqual([
    'Newchannel',
    'DialBegin',
    'Newstate',
    'DialState',
    'Newstate',
    'DialEnd',
    'OriginateResponse',
    'Newchannel',
    'DialBegin',
    'NewConnectedLine',
    'Newstate',
    'DialState',
    'Newstate',
    'DialEnd',
    'BridgeCreate',
    'BridgeEnter',
    'BridgeEnter',
  ]);
  expect(pbx.calls[0]?.status).toBe('connected');
  expect(pbx.calls[0]?.rang.map((name) => name.replace(/-.*/, ''))).toEqual(['PJSIP/3208', 'PJSIP/trunk']);
});

it('A customer that cannot be dialled causes no Dial event, only cause 3 on the agent', async () => {
  const nowhere = { exten: '_X.', step: { dial: 'PJSIP/nobody' } };
  const plan = { ...DEFAULT_DIALPLAN, contexts: { OUT_EXT2: [nowhere] } };
  await using lonely = await startSimulator({ timeScale: 0.01, dialplan: plan });
  const client = new Asker(lonely.url);
  await client.login();
  const target = { Context: 'OUT_EXT2', Exten: '79001234567', Priority: '1', Async: 'true' };
  await client.ask('Originate', { Channel: 'PJSIP/3200', ...target });
  const events = await client.eventsUntil('Event: Hangup\r');
  expect(events.filter((event) => event['Event'] === 'DialBegin')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ Event: 'Hangup', Cause: '3', TechCause: '404' });
  client.agent.destroy();
});

it('A second Originate with a ChannelId in use rings nobody, and only its OriginateResponse fails', async () => {
  await originate('3206', '79001234567');
  const second = await originate('3200', '79001234567', { ActionID: 'again', ChannelId: 'CB_1' });
  expect(second.body).toContain('Originate successfully queued');
  const response = (await asker.eventsUntil('ActionID: again')).find(
    (event) => event['ActionID'] === 'again',
  );
  expect(response).toMatchObject({ Response: 'Failure', Reason: '0', Uniqueid: 'CB_1' });
  expect(pbx.calls.map((call) => call.rang.length)).toEqual([1, 0]);
});

it('Hangup cancels a ringing customer', async () => {
  await originate('3208', '79001234506');
  await asker.eventsUntil('DestCallerIDNum: 79001234506');
  const status = await asker.ask('Status', { Channel: 'cb_1' });
  expect(status.body).toContain('ChannelStateDesc: Up\r\n');
  expect((await asker.ask('Hangup', { Channel: 'cb_1' })).body).toContain('Channel Hungup');
  const events = await asker.eventsUntil('Uniqueid: cb_1\r\nLinkedid: cb_1\r\nCause:');
  expect(events.find((event) => event['Event'] === 'DialEnd')?.['DialStatus']).toBe('CANCEL');
  expect((await asker.ask('Status', { Channel: 'cb_1' })).body).toContain('No such channel');
});

it('The simulator remembers digits that were played to the called party', async () => {
  await originate('3208', '79001234508');
  await asker.eventsUntil('BridgeNumChannels: 2');
  for (const digit of ['1', '#']) await asker.ask('PlayDTMF', { Channel: 'cb_1', Digit: digit });
  expect(pbx.calls[0]?.dtmf).toBe('1#');
});

it('The simulator can send OriginateResponse after the Hangup events', async () => {
  await using late = await startSimulator({ timeScale: 0.01, responseOrder: 'last' });
  const client = new Asker(late.url);
  await client.login();
  await client.ask('Originate', { Channel: 'PJSIP/3203', Application: 'Wait', Data: '1', Async: 'true' });
  const names = (await client.eventsUntil('OriginateResponse')).map((event) => event['Event']);
  expect(names.slice(-2)).toEqual(['Hangup', 'OriginateResponse']);
  client.agent.destroy();
});
