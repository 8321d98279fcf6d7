import { randomUUID } from 'node:crypto';
import type { Channel } from './channel.ts';
import { NO_ROUTE, ring } from './dial.ts';
import { makeLeg } from './leg.ts';
import type { Header } from './packet.ts';
import type { Call, Pbx } from './pbx.ts';
import { REFUSALS } from './phone-behavior.ts';
import { type Answer, dialEnd, endStatus } from './ringing.ts';

/** Runs `Dial()`: rings the second leg, then bridges both legs until a party hangs up. */
export async function connect(
  pbx: Pbx,
  caller: Channel,
  target: string,
  timeoutMs: number,
  call: Call,
): Promise<void> {
  const leg = makeLeg(pbx, { channel: target, linkedid: caller.linkedid });
  if (!leg) {
    // Asterisk sends no Dial event. Only the Hangup of the caller shows the failure.
    pbx.remove(caller, NO_ROUTE, isSip(caller) ? 404 : undefined);
    return;
  }
  call.rang.push(leg.front.name);
  const { front } = leg;
  front.inheritFrom(caller);
  leg.back?.inheritFrom(caller);
  front.caller = { number: caller.exten, name: caller.caller.name };
  front.connected = caller.caller;
  if (!leg.back) front.exten = caller.exten;
  if (leg.back) [leg.back.caller, leg.back.connected] = [front.connected, front.caller];
  const answer = await ring(pbx, leg, timeoutMs, caller);
  if (answer.kind === 'answered') {
    dialEnd(pbx, front, 'ANSWER', caller);
    call.status = 'connected';
    hangUpLater(pbx, front, answer);
    await bridge(pbx, caller, front);
    if (leg.back) pbx.remove(leg.back, 16);
    return;
  }
  dialEnd(pbx, front, endStatus(answer), caller);
  const causes = causesAfter(answer);
  pbx.remove(front, causes.front, causes.sip);
  if (leg.back) pbx.remove(leg.back, causes.back);
  pbx.remove(caller, causes.caller, isSip(caller) ? sipFor(causes) : undefined);
}

interface Causes {
  front: number;
  back: number;
  caller: number;
  sip?: number;
}

/** Returns the causes after a leg that did not answer. Only a refusal has a cause of its own, which the caller gets, too. */
function causesAfter(answer: Answer): Causes {
  if (answer.kind === 'abandoned') return { front: 16, back: 16, caller: answer.wish.cause };
  if (answer.kind !== 'refused') return { front: 0, back: 0, caller: 16 };
  const { cause, reason, sip } = answer;
  // After Busy() and Congestion(), only the half of the Local channel that ran them has the cause.
  if (reason !== 0) return { front: 0, back: cause, caller: 16 };
  return { front: cause, back: cause, caller: cause, ...(sip === undefined ? {} : { sip }) };
}

function isSip(channel: Channel): boolean {
  return channel.name.startsWith('PJSIP/');
}

/** Returns the SIP code that Asterisk makes from the cause for the caller. A phone's 603 becomes 403. */
function sipFor({ caller }: Causes): number | undefined {
  const code = Object.entries(REFUSALS).find(([, cause]) => cause === caller)?.[0];
  return code === '603' ? 403 : code === undefined ? undefined : Number(code);
}

async function bridge(pbx: Pbx, caller: Channel, callee: Channel): Promise<void> {
  const id = randomUUID();
  const describe = (members: number): Header[] => [
    ['BridgeUniqueid', id],
    ['BridgeType', 'basic'],
    ['BridgeTechnology', 'simple_bridge'],
    ['BridgeCreator', '<unknown>'],
    ['BridgeName', '<unknown>'],
    ['BridgeNumChannels', String(members)],
    ['BridgeVideoSourceMode', 'none'],
  ];
  callee.exten = '';
  callee.application = 'AppDial';
  pbx.event('BridgeCreate', describe(0));
  for (const [index, channel] of [callee, caller].entries()) {
    channel.bridge = id;
    pbx.event('BridgeEnter', [...describe(index + 1), ...channel.snapshot()]);
  }
  const [first, second] = await Promise.race([
    caller.unwanted.then(() => [caller, callee] as const),
    callee.unwanted.then(() => [callee, caller] as const),
  ]);
  pbx.event('BridgeLeave', [...describe(1), ...first.snapshot()]);
  pbx.event('BridgeLeave', [...describe(0), ...second.snapshot()]);
  pbx.event('BridgeDestroy', describe(0));
  pbx.remove(callee, 16);
  pbx.remove(caller, 16);
}

/** Hangs up after `hangsUpAfterMs` of the answered phone. */
export function hangUpLater(pbx: Pbx, channel: Channel, answer: Answer): void {
  if (answer.kind !== 'answered' || answer.hangsUpAfterMs === undefined) return;
  void pbx.sleep(answer.hangsUpAfterMs).then(() => {
    if (!channel.live) return;
    pbx.event('HangupRequest', [...channel.snapshot(), ['Cause', '16']]);
    channel.requestHangup({ cause: 16, by: 'far end' });
  });
}
