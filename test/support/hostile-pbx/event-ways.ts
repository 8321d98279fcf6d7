import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Answer,
  flood,
  head,
  packets,
  type ReceivedAction,
  success,
  waitEventBody,
  write,
} from './server.ts';
import type { Way } from './way.ts';

const MB = 1024 * 1024;
const CALL = 'Privilege: call,all';

/** The call's id: the hostile PBX learned it from the Originate. */
let callId = '';
const learns: Answer = (socket, action) => {
  callId = action.actionId;
  const text = packets(success(action, 'Message: Originate successfully queued'));
  return write(socket, head(text.length) + text);
};

/** Answers every WaitEvent with a flood of so many megabytes, made of what `events` returns. */
const flooding =
  (megabytes: number, events: (n: number) => string, end = ''): Answer =>
  async (socket, action) => {
    await write(socket, head(undefined, 'Connection: close') + packets(success(action)));
    for (let n = 0, sent = 0; sent < megabytes * MB && !socket.destroyed; n += 1) {
      const chunk = Array.from({ length: 200 }, (_, m) => events(n * 200 + m)).join('');
      await flood(socket, chunk, 1);
      sent += Math.max(chunk.length, 65_536);
    }
    await write(socket, end || packets(['Event: WaitEventComplete', `ActionID: ${action.actionId}`]));
    socket.end();
  };

const at =
  (once: (action: ReceivedAction) => string): Answer =>
  async (socket, action) => {
    const text = waitEventBody(action, once(action));
    await write(socket, head(text.length) + text);
  };

const snapshot = (channel: string, uniqueid: string, linkedid: string, state: number): string[] => [
  `Channel: ${channel}`,
  `ChannelState: ${state}`,
  'ChannelStateDesc: Up',
  'CallerIDNum: 3200',
  'CallerIDName: <unknown>',
  'ConnectedLineNum: <unknown>',
  'ConnectedLineName: <unknown>',
  'Language: en',
  'AccountCode: ',
  'Context: default',
  'Exten: s',
  'Priority: 1',
  `Uniqueid: ${uniqueid}`,
  `Linkedid: ${linkedid}`,
];
const foreign = (n: number): string =>
  packets(['Event: Newstate', CALL, ...snapshot(`PJSIP/9-${n}`, `1.${n}`, `1.${n}`, 6)]);
const own = (n: number): string =>
  packets(['Event: Newstate', CALL, ...snapshot('PJSIP/3200-1', callId, callId, 5 + (n % 2))]);
const ownChannels = (n: number): string =>
  packets(['Event: Newchannel', CALL, ...snapshot(`PJSIP/9-${n}`, `2.${n}`, callId, 0)]);
const ownDials = (n: number): string =>
  packets([
    'Event: DialBegin',
    CALL,
    `Uniqueid: ${callId}`,
    `Linkedid: ${callId}`,
    `DestUniqueid: 3.${n}`,
    `DestLinkedid: ${callId}`,
    `DestChannel: PJSIP/8-${n}`,
  ]);
const halves = (n: number): string =>
  packets([
    'Event: LocalBridge',
    CALL,
    `LocalOneUniqueid: 4.${n}`,
    `LocalTwoUniqueid: 5.${n}`,
    `LocalOneLinkedid: ${callId}`,
  ]);
const responses = (n: number): string =>
  packets([
    'Event: OriginateResponse',
    CALL,
    `ActionID: ${callId}`,
    `Response: ${n % 2 ? 'Success' : 'Failure'}`,
    `Reason: ${n % 9}`,
    `Uniqueid: ${callId}`,
    `Channel: PJSIP/${n}`,
  ]);

const ofWaitEvent = (
  name: string,
  WaitEvent: Answer,
  request: Way['request'] = { wait: 'completed' },
): Way => ({
  name,
  request,
  answers: { Originate: learns, WaitEvent },
});

/** The events of a call in which both parties have answered. */
const bothAnswered = (): string =>
  own(1) +
  packets(
    ['Event: DialBegin', CALL, `Uniqueid: ${callId}`, 'DestUniqueid: 9.9', `Linkedid: ${callId}`],
    [
      'Event: DialEnd',
      CALL,
      `Uniqueid: ${callId}`,
      'DestUniqueid: 9.9',
      `Linkedid: ${callId}`,
      'DialStatus: ANSWER',
    ],
  );

/** What the events of a call, or of others, can do. */
export const EVENT_WAYS: readonly Way[] = [
  ofWaitEvent('sends 48 MB of events of other calls', flooding(48, foreign)),
  ofWaitEvent('sends events of other calls without end', flooding(1e6, foreign)),
  ofWaitEvent(
    'sends 48 MB of lines "event:"',
    flooding(48, () => 'event:\r\n'),
  ),
  ofWaitEvent(
    'sends 48 MB of packets "event:"',
    flooding(48, () => 'event:\r\n\r\n'),
  ),
  ofWaitEvent('sends 48 MB of events of the call', flooding(48, own)),
  ofWaitEvent('sends 48 MB of new channels of the call', flooding(48, ownChannels)),
  ofWaitEvent('sends 48 MB of dials of the call', flooding(48, ownDials)),
  ofWaitEvent('sends 48 MB of halves of Local channels', flooding(48, halves)),
  ofWaitEvent('sends 48 MB of contradictory OriginateResponses', flooding(48, responses)),
  ofWaitEvent(
    'sends 48 MB of empty lines',
    flooding(48, () => '\n\n\n\n'),
  ),
  ofWaitEvent(
    'sends 48 MB of a value that goes on',
    flooding(48, () => 'line\n\n'),
  ),
  ofWaitEvent(
    'sends one packet without end',
    flooding(1e6, (n) => `Header${n}: 1\r\n`),
  ),
  ofWaitEvent(
    'sends one line without end',
    flooding(1e6, () => 'xxxxxxxxxxxx'),
  ),
  ofWaitEvent(
    'sends an event with a value of 15 MB',
    at(() => packets(['Event: Hangup', CALL, `Uniqueid: ${callId}`, `Cause-txt: ${'x'.repeat(15 * MB)}`])),
  ),
  ofWaitEvent(
    'answers every WaitEvent at once with an event of the call',
    at(({ nth }) => own(nth)),
  ),
  ofWaitEvent(
    'answers every WaitEvent at once with a new channel of the call',
    at(({ nth }) => Array.from({ length: 50 }, (_, n) => ownChannels(nth * 50 + n)).join('')),
  ),
  ofWaitEvent(
    'answers every WaitEvent at once with nothing',
    at(() => ''),
  ),
  ofWaitEvent('answers every WaitEvent at once with 8 MB of events of other calls', flooding(8, foreign)),
  ofWaitEvent('refuses every WaitEvent', (socket, { actionId }) => {
    const text = packets(['Response: Error', `ActionID: ${actionId}`, 'Message: No.']);
    return write(socket, head(text.length) + text);
  }),
  ofWaitEvent('repeats the first WaitEvent for ever', (socket, action) => {
    const text = waitEventBody({ ...action, actionId: 'first' }, own(1));
    return write(socket, head(text.length) + text);
  }),
  ofWaitEvent(
    'sends texts of 60 KB for the end of the call',
    at(() =>
      packets(
        [
          'Event: Newchannel',
          CALL,
          `Uniqueid: ${callId}`,
          `Linkedid: ${callId}`,
          `Channel: ${'c'.repeat(60_000)}`,
        ],
        [
          'Event: Hangup',
          CALL,
          `Uniqueid: ${callId}`,
          `Linkedid: ${callId}`,
          'Cause: 17',
          `Cause-txt: ${'t'.repeat(60_000)}`,
        ],
      ),
    ),
  ),
  {
    name: 'lists 48 MB of channels of the call',
    request: { dtmf: '1' },
    answers: {
      Originate: learns,
      WaitEvent: at(bothAnswered),
      Status: async (socket, action) => {
        await write(
          socket,
          head(undefined, 'Connection: close') + packets(success(action, 'EventList: start')),
        );
        await flood(
          socket,
          Array.from({ length: 200 }, (_, n) =>
            packets(['Event: Status', ...snapshot(`PJSIP/7-${n}`, `${callId};${n}`, callId, 6)]),
          ).join(''),
          48 * MB,
        );
        await write(socket, packets(['Event: StatusComplete', 'EventList: Complete']));
        socket.end();
      },
    },
  },
  {
    name: 'takes every digit and never answers',
    request: { dtmf: '123456789' },
    answers: {
      Originate: learns,
      WaitEvent: at(bothAnswered),
      PlayDTMF: () => sleep(600_000, undefined, { ref: false }),
    },
  },
];
