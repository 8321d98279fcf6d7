import type { AsteriskVersion } from '../asterisk/types.ts';
import type { Packet } from '../asterisk/watch-events.ts';

/** A call to be recorded: the Originate, and what somebody does to it. */
export interface Scenario {
  channel: string;
  context: string;
  exten: string;
  timeoutMs?: number;
  /** Hangs the call's first channel up with this cause after so many milliseconds. */
  hangUp?: { afterMs: number; cause?: number };
  /** Sends the channel that was dialled last to the extension 1 of this context. */
  redirect?: { afterMs: number; context: string };
  variables?: string;
  /** Only this version can do it. */
  only?: AsteriskVersion;
}

const AGENT = 'PJSIP/3200';
const customer = (digits: string) => ({ context: 'callbacks', exten: `749512345${digits}` });

const sip = (agent: string, digits: string): Scenario => ({
  ...{ channel: `SIP/32${agent}`, context: 'OUT_EXT2', exten: `749512345${digits}`, only: '16' },
});

/** Who is called does what the last two digits say: see test/asterisk/etc/extensions.conf. */
export const scenarios: Record<string, Scenario> = {
  'second-hangs-up': { channel: AGENT, ...customer('07') },
  'first-hangs-up-while-second-rings': { channel: 'PJSIP/3207', ...customer('06') },
  'we-hang-up-while-they-talk': { channel: AGENT, ...customer('00'), hangUp: { afterMs: 900, cause: 16 } },
  'hang-up-without-cause': { channel: AGENT, ...customer('06'), hangUp: { afterMs: 600 } },
  'first-busy': { channel: 'PJSIP/3201', ...customer('00') },
  'first-declined': { channel: 'PJSIP/3202', ...customer('00') },
  'first-unavailable': { channel: 'PJSIP/3203', ...customer('00') },
  'first-unknown': { channel: 'PJSIP/3204', ...customer('00') },
  'first-out-of-service': { channel: 'PJSIP/3205', ...customer('00') },
  'first-never-answers': { channel: 'PJSIP/3206', ...customer('00'), timeoutMs: 1000 },
  'first-never-answers-slow-failed-extension': {
    ...{ channel: 'PJSIP/3206', context: 'with-failed', exten: '74951234500', timeoutMs: 1000 },
  },
  'first-canceled': { channel: 'PJSIP/3206', ...customer('00'), hangUp: { afterMs: 600, cause: 16 } },
  'first-not-registered': { channel: 'PJSIP/3299', ...customer('00') },
  'first-no-such-endpoint': { channel: 'PJSIP/nobody', ...customer('00') },
  'second-busy': { channel: AGENT, ...customer('01') },
  'second-declined': { channel: AGENT, ...customer('02') },
  'second-unavailable': { channel: AGENT, ...customer('03') },
  'second-unknown': { channel: AGENT, ...customer('04') },
  'second-out-of-service': { channel: AGENT, ...customer('05') },
  'second-never-answers': { channel: AGENT, ...customer('06'), variables: 'DIAL_SECONDS=1' },
  'second-canceled': { channel: AGENT, ...customer('06'), hangUp: { afterMs: 800, cause: 16 } },
  'second-not-registered': { channel: AGENT, context: 'agents', exten: '3299' },
  'second-no-such-endpoint': { channel: AGENT, context: 'agents', exten: '3999' },
  'local-both-answer': { channel: 'Local/3200@phones', context: 'local', exten: '74951234507' },
  'local-first-busy': { channel: 'Local/3210@phones', context: 'local', exten: '74951234500' },
  'local-first-never-answers': {
    ...{ channel: 'Local/3206@phones', context: 'local', exten: '74951234500', timeoutMs: 1000 },
  },
  'local-first-canceled': {
    ...{ channel: 'Local/3206@phones', context: 'local', exten: '74951234500' },
    hangUp: { afterMs: 600, cause: 16 },
  },
  'local-second-busy': { channel: 'Local/3200@phones', context: 'local', exten: '74951234510' },
  'local-second-congestion': { channel: 'Local/3200@phones', context: 'local', exten: '74951234511' },
  'phone-behind-local': { channel: 'Local/3200@agents', ...customer('00'), hangUp: { afterMs: 1500 } },
  'phone-behind-local-optimised-away': {
    ...{ channel: 'Local/3200@agents', context: 'local', exten: '74951234514' },
    hangUp: { afterMs: 1500, cause: 16 },
  },
  'phone-behind-local-optimised-away-hangs-up': {
    ...{ channel: 'Local/3207@agents', context: 'local', exten: '74951234514' },
  },
  'phone-behind-local-customer-hangs-up': { channel: 'Local/3200@agents', ...customer('07') },
  'phone-behind-local-busy': { channel: 'Local/3201@agents', ...customer('00') },
  'phone-behind-local-declined': { channel: 'Local/3202@agents', ...customer('00') },
  'phone-behind-local-rings': { channel: 'Local/3206@agents', ...customer('00'), timeoutMs: 1000 },
  'phone-behind-local-canceled': {
    ...{ channel: 'Local/3206@agents', ...customer('00') },
    hangUp: { afterMs: 600, cause: 16 },
  },
  'first-hunt-congestion-then-rings': { channel: 'Local/0506@hunt', ...customer('00'), timeoutMs: 1500 },
  'first-hunt-unknown-then-rings': { channel: 'Local/0406@hunt', ...customer('00'), timeoutMs: 1500 },
  'first-hunt-congestion-then-no-answer': {
    ...{ channel: 'Local/0506@hunt', ...customer('00'), variables: '__HUNT_SECONDS=1' },
  },
  'first-hunt-congestion-then-canceled': {
    ...{ channel: 'Local/0506@hunt', ...customer('00') },
    hangUp: { afterMs: 1200, cause: 16 },
  },
  'first-hunt-busy-then-hung-up-without-cause': {
    ...{ channel: 'Local/0106@hunt', ...customer('00') },
    hangUp: { afterMs: 1200 },
  },
  'first-hunt-busy-then-congestion': { channel: 'Local/0105@hunt', ...customer('00') },
  'first-hunt-congestion-then-hangs-up': { channel: 'Local/0507@hunt', ...customer('00') },
  'second-hunt-congestion-then-rings': {
    ...{ channel: AGENT, context: 'behind-hunt', exten: '0506', variables: 'DIAL_SECONDS=2' },
  },
  'second-hunt-congestion-then-no-answer': {
    ...{ channel: AGENT, context: 'behind-hunt', exten: '0506', variables: '__HUNT_SECONDS=1' },
  },
  'second-hunt-congestion-then-canceled': {
    ...{ channel: AGENT, context: 'behind-hunt', exten: '0506' },
    hangUp: { afterMs: 1500, cause: 16 },
  },
  'second-hunt-busy-then-congestion': { channel: AGENT, context: 'behind-hunt', exten: '0105' },
  'second-behind-local-hangs-up': { channel: AGENT, context: 'behind-local', exten: '74951234507' },
  'second-behind-local-busy': { channel: AGENT, context: 'behind-local', exten: '74951234501' },
  'second-behind-local-declined': { channel: AGENT, context: 'behind-local', exten: '74951234502' },
  'second-behind-local-never-answers': {
    ...{ channel: AGENT, context: 'behind-local', exten: '74951234506', variables: '_DIAL_SECONDS=1' },
  },
  'both-behind-local': { channel: 'Local/3200@agents', context: 'behind-local', exten: '74951234507' },
  'ring-group-one-answers': { channel: AGENT, context: 'ring-group', exten: '0607' },
  'ring-group-busy-and-no-answer': { channel: AGENT, context: 'ring-group', exten: '0601' },
  'ring-group-both-refuse': { channel: AGENT, context: 'ring-group', exten: '0205' },
  'two-trunks-congestion-then-busy': { channel: AGENT, context: 'two-trunks', exten: '0501' },
  'two-trunks-congestion-then-answer': { channel: AGENT, context: 'two-trunks', exten: '0507' },
  'customer-redirected': {
    ...{ channel: AGENT, ...customer('00'), redirect: { afterMs: 700, context: 'noDial' } },
    hangUp: { afterMs: 1500, cause: 16 },
  },
  'agent-redirected': {
    ...{ channel: 'Local/3200@phones', ...customer('07'), redirect: { afterMs: 300, context: 'noDial' } },
    hangUp: { afterMs: 1500, cause: 16 },
  },
  'dialplan-answers': { channel: 'PJSIP/3207', context: 'noDial', exten: '1' },
  'first-moves-call': {
    ...{ channel: 'PJSIP/74951234515@customers', ...customer('08'), variables: '__FORWARD_CONTEXT=phones' },
  },
  'second-moves-call': { channel: AGENT, ...customer('15'), variables: '__FORWARD_CONTEXT=phones' },
  'sip-first-busy': sip('01', '00'),
  'sip-first-declined': sip('02', '00'),
  'sip-first-unavailable': sip('03', '00'),
  'sip-first-unknown': sip('04', '00'),
  'sip-first-out-of-service': sip('05', '00'),
  'sip-first-never-answers': { ...sip('06', '00'), timeoutMs: 1000 },
  'sip-first-canceled': { ...sip('06', '00'), hangUp: { afterMs: 600, cause: 16 } },
  'sip-second-busy': sip('00', '01'),
  'sip-second-declined': sip('00', '02'),
  'sip-second-unavailable': sip('00', '03'),
  'sip-second-unknown': sip('00', '04'),
  'sip-second-out-of-service': sip('00', '05'),
  'sip-second-canceled': { ...sip('00', '06'), hangUp: { afterMs: 800, cause: 16 } },
  'sip-second-never-answers': { ...sip('00', '06'), variables: 'DIAL_SECONDS=1' },
  'sip-second-hangs-up': sip('00', '07'),
  'id-in-use': { channel: 'PJSIP/3206', ...customer('00'), timeoutMs: 1500 },
};

/** The headers that a reducer may look at. */
const KEPT = [
  ...['Event', 'ActionID', 'Response', 'Reason', 'Uniqueid', 'Linkedid', 'Channel', 'ChannelState'],
  ...['DestUniqueid', 'DestLinkedid', 'DestChannel', 'DialStatus', 'Forward', 'Cause', 'Cause-txt'],
  ...['LocalOneUniqueid', 'LocalOneLinkedid', 'LocalTwoUniqueid', 'LocalTwoLinkedid', 'SourceUniqueid'],
];
const isIdHeader = (name: string): boolean => /(uniqueid|linkedid)$/i.test(name) && !/^Bridge/.test(name);

/** The events of one call among all of a PBX: those of its channels, and of the channels that these lead to. */
export function eventsOfCall(all: readonly Packet[], id: string): Packet[] {
  const channels = new Set([id]);
  const idsOf = (event: Packet) =>
    Object.entries(event).flatMap(([name, value]) => (isIdHeader(name) ? [value] : []));
  const isOurs = (event: Packet) =>
    event['ActionID'] === id || idsOf(event).some((value) => channels.has(value));
  const calls = all.filter((event) => event['Privilege']?.startsWith('call,'));
  for (let known = 0; known < channels.size; ) {
    known = channels.size;
    for (const value of calls.filter(isOurs).flatMap(idsOf)) channels.add(value);
  }
  return calls.filter(isOurs);
}

/** One line for one event: the call's name, the time in milliseconds, and `@` for the call's id. */
export function lineOf(call: string, id: string, event: Packet): string {
  const kept = Object.entries(event).flatMap(([name, value]) =>
    KEPT.includes(name) ? [[name, name === 'Event' ? value : value.replace(id, '@')]] : [],
  );
  const at = Math.round(Number(event['Timestamp']) * 1000);
  return JSON.stringify({ call, at, ...Object.fromEntries(kept) });
}

/** Events that tell of numbers and bridges alone. */
export const isNoise = (event: Packet): boolean =>
  /^(NewCallerid|NewConnectedLine|Bridge.*)$/.test(event['Event'] ?? '');
