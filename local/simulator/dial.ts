import type { Channel } from './channel.ts';
import { isDial, type Leg, makeLeg } from './leg.ts';
import type { Pbx } from './pbx.ts';
import { type Behavior, REFUSALS } from './phone-behavior.ts';
import {
  type Answer,
  dialEnd,
  dialPair,
  endStatus,
  never,
  ringOut,
  setUp,
  showRinging,
  statusOf,
} from './ringing.ts';

/** `Dial()` gives the caller this cause if Asterisk cannot make a channel. */
export const NO_ROUTE = 3;

/** Rings a leg until it answers, refuses or is canceled. Sends DialBegin and DialState. The calling code sends DialEnd. */
export async function ring(pbx: Pbx, leg: Leg, timeoutMs: number, caller?: Channel): Promise<Answer> {
  if (leg.step === undefined) return { kind: 'missing' };
  const { front } = leg;
  pbx.event('DialBegin', [...dialPair(front, caller), ['DialString', leg.dialString]]);
  const racers: Promise<Answer>[] = [
    leg.back ? walkBack(pbx, leg, caller) : phone(pbx, leg, leg.step as Behavior, caller),
    front.unwanted.then((wish) => ({ kind: 'hung up', wish })),
  ];
  if (timeoutMs > 0) racers.push(pbx.sleep(timeoutMs).then(() => ({ kind: 'timeout' })));
  if (caller) racers.push(caller.unwanted.then((wish) => ({ kind: 'abandoned', wish })));
  return Promise.race(racers);
}

async function phone(pbx: Pbx, leg: Leg, behavior: Behavior, caller?: Channel): Promise<Answer> {
  const { front } = leg;
  if (caller) {
    caller.connected = { ...caller.connected, number: front.caller.number };
    pbx.event('NewConnectedLine', caller.snapshot());
  }
  const act = await ringOut(pbx, front, behavior, caller);
  if (!act) return never();
  if (act.kind === 'answers') {
    setUp(pbx, front);
    return { kind: 'answered', ...optional(act.hangsUpAfterMs) };
  }
  if (act.kind === 'unreachable') return { kind: 'missing' };
  const cause = REFUSALS[act.sip];
  pbx.event('HangupRequest', [...front.snapshot(), ['Cause', String(cause)], ['TechCause', String(act.sip)]]);
  return { kind: 'refused', status: statusOf(cause), reason: 0, cause, sip: act.sip };
}

/** Runs the extension of the back half of a Local channel, and shows the result on the front half. */
async function walkBack(pbx: Pbx, leg: Leg, caller?: Channel): Promise<Answer> {
  const { front, back, step } = leg;
  if (!back || !step) return { kind: 'missing' };
  if (!isDial(step)) return playBack(pbx, leg, back, step, caller);
  const inner = makeLeg(pbx, { channel: step.dial.replace('{exten}', back.exten), linkedid: front.linkedid });
  if (!inner) return refusal(pbx, leg, NO_ROUTE);
  inner.front.inheritFrom(back);
  inner.front.caller = { number: back.exten, name: back.caller.name };
  inner.front.connected = back.caller;
  showRinging(pbx, front, caller);
  const answer = await ring(pbx, inner, step.timeoutMs ?? 30_000, back);
  if (answer.kind === 'answered') {
    dialEnd(pbx, inner.front, 'ANSWER', back);
    setUp(pbx, back);
    setUp(pbx, front);
    // Both halves of the Local channel end when the phone behind them hangs up.
    void inner.front.unwanted.then((wish) => front.requestHangup(wish));
    void front.unwanted.then(() => pbx.remove(inner.front, 16));
    return answer;
  }
  const cause = answer.kind === 'refused' ? answer.cause : answer.kind === 'timeout' ? 0 : 16;
  dialEnd(pbx, inner.front, endStatus(answer), back);
  pbx.remove(inner.front, cause, answer.kind === 'refused' ? answer.sip : undefined);
  if (inner.back) pbx.remove(inner.back, cause);
  return refusal(pbx, leg, cause);
}

/** Plays an extension that behaves as a phone. `Busy()` and `Congestion()` have reasons of their own. */
async function playBack(
  pbx: Pbx,
  leg: Leg,
  back: Channel,
  behavior: Behavior,
  caller?: Channel,
): Promise<Answer> {
  const { front } = leg;
  const act = await ringOut(pbx, front, behavior, caller);
  if (!act) return never();
  if (act.kind === 'answers') {
    setUp(pbx, back);
    setUp(pbx, front);
    return { kind: 'answered', ...optional(act.hangsUpAfterMs) };
  }
  const sip = act.kind === 'refuses' ? act.sip : 480;
  if (sip === 486 || sip === 503) {
    back.state = 'Busy';
    pbx.event('Newstate', back.snapshot());
    const isBusy = sip === 486;
    return {
      kind: 'refused',
      status: isBusy ? 'BUSY' : 'CONGESTION',
      reason: isBusy ? 5 : 8,
      cause: REFUSALS[sip],
    };
  }
  return refusal(pbx, leg, REFUSALS[sip]);
}

function refusal(pbx: Pbx, leg: Leg, cause: number): Answer {
  if (leg.front.live) pbx.event('HangupRequest', [...leg.front.snapshot(), ['Cause', String(cause)]]);
  return { kind: 'refused', status: statusOf(cause), reason: 0, cause };
}

function optional(hangsUpAfterMs: number | undefined): { hangsUpAfterMs?: number } {
  return hangsUpAfterMs === undefined ? {} : { hangsUpAfterMs };
}
