import type { Channel, HangupWish } from './channel.ts';
import { type Fate, REFUSALS } from './dialplan.ts';
import { isDial, type Leg, makeLeg } from './leg.ts';
import type { Header } from './packet.ts';
import type { Pbx } from './pbx.ts';

/** How a dialled leg ended its ringing. `reason` is OriginateResponse's. */
export type Answer =
  | { kind: 'answered'; hangsUpAfterMs?: number }
  | { kind: 'refused'; status: string; reason: number; cause: number; sip?: number }
  /** The extension of a Local channel does not exist. */
  | { kind: 'missing' }
  | { kind: 'timeout' }
  /** Somebody hung up the leg itself. */
  | { kind: 'hung up'; wish: HangupWish }
  /** Who called it went away first. */
  | { kind: 'abandoned'; wish: HangupWish };

/** What `Dial()` leaves on its caller when it could make no channel. */
export const NO_ROUTE = 3;

/** Rings one leg until it answers, refuses, or nobody wants it any more. Events: DialBegin and DialState; the end is the caller's. */
export async function ring(pbx: Pbx, leg: Leg, timeoutMs: number, caller?: Channel): Promise<Answer> {
  if (leg.step === undefined) return { kind: 'missing' };
  const { front } = leg;
  pbx.event('DialBegin', [...dialPair(front, caller), ['DialString', leg.dialString]]);
  const racers: Promise<Answer>[] = [
    leg.back ? walkBack(pbx, leg, caller) : phone(pbx, leg, leg.step as Fate, caller),
    front.unwanted.then((wish) => ({ kind: 'hung up', wish })),
  ];
  if (timeoutMs > 0) racers.push(pbx.sleep(timeoutMs).then(() => ({ kind: 'timeout' })));
  if (caller) racers.push(caller.unwanted.then((wish) => ({ kind: 'abandoned', wish })));
  return Promise.race(racers);
}

export function dialEnd(pbx: Pbx, front: Channel, status: string, caller?: Channel): void {
  pbx.event('DialEnd', [...dialPair(front, caller), ['DialStatus', status]]);
}

function dialPair(front: Channel, caller: Channel | undefined): Header[] {
  return [...(caller?.snapshot() ?? []), ...front.snapshot('Dest')];
}

async function phone(pbx: Pbx, leg: Leg, fate: Fate, caller?: Channel): Promise<Answer> {
  const { front } = leg;
  if (caller) {
    caller.connected = { ...caller.connected, number: front.caller.number };
    pbx.event('NewConnectedLine', caller.snapshot());
  }
  // Gives DialBegin and the acknowledgement of the action the head start that a real network gives them.
  await pbx.sleep(0);
  const ringsMs = fate.kind === 'answers' || fate.kind === 'refuses' ? fate.ringsMs : 0;
  if (front.live && ringsMs !== undefined && fate.kind !== 'unreachable') showRinging(pbx, front, caller);
  if (fate.kind === 'silent') return new Promise(() => {});
  await pbx.sleep(ringsMs ?? 0);
  if (!front.live) return new Promise(() => {});
  if (fate.kind === 'answers') {
    setUp(pbx, front);
    return { kind: 'answered', ...optional(fate.hangsUpAfterMs) };
  }
  if (fate.kind === 'unreachable') return { kind: 'missing' };
  const cause = REFUSALS[fate.sip];
  pbx.event('HangupRequest', [
    ...front.snapshot(),
    ['Cause', String(cause)],
    ['TechCause', String(fate.sip)],
  ]);
  return { kind: 'refused', status: statusOf(cause), reason: 0, cause, sip: fate.sip };
}

/** The back half of a Local channel runs its extension, and the front shows what comes of it. */
async function walkBack(pbx: Pbx, leg: Leg, caller?: Channel): Promise<Answer> {
  const { front, back, step } = leg;
  if (!back || !step) return { kind: 'missing' };
  if (!isDial(step)) return playBack(pbx, leg, back, step, caller);
  const inner = makeLeg(pbx, { channel: step.dial.replace('{exten}', back.exten), linkedid: front.linkedid });
  if (!inner) return refusal(pbx, leg, NO_ROUTE);
  inner.front.caller = { number: back.exten, name: back.caller.name };
  inner.front.connected = back.caller;
  showRinging(pbx, front, caller);
  const answer = await ring(pbx, inner, step.timeoutMs ?? 30_000, back);
  if (answer.kind === 'answered') {
    dialEnd(pbx, inner.front, 'ANSWER', back);
    setUp(pbx, back);
    setUp(pbx, front);
    // The two halves live and die together with the phone behind them.
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

/** The extension behaves as a phone: `Busy()` and `Congestion()` are frames with reasons of their own, the rest are causes. */
async function playBack(pbx: Pbx, leg: Leg, back: Channel, fate: Fate, caller?: Channel): Promise<Answer> {
  const { front } = leg;
  const ringsMs = fate.kind === 'answers' || fate.kind === 'refuses' ? fate.ringsMs : 0;
  await pbx.sleep(0);
  if (front.live && ringsMs !== undefined && fate.kind !== 'unreachable') showRinging(pbx, front, caller);
  if (fate.kind === 'silent') return new Promise(() => {});
  await pbx.sleep(ringsMs ?? 0);
  if (!front.live) return new Promise(() => {});
  if (fate.kind === 'answers') {
    setUp(pbx, back);
    setUp(pbx, front);
    return { kind: 'answered', ...optional(fate.hangsUpAfterMs) };
  }
  const sip = fate.kind === 'refuses' ? fate.sip : 480;
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

function showRinging(pbx: Pbx, front: Channel, caller?: Channel): void {
  front.state = 'Ringing';
  pbx.event('Newstate', front.snapshot());
  pbx.event('DialState', [...dialPair(front, caller), ['DialStatus', 'RINGING']]);
}

function setUp(pbx: Pbx, channel: Channel): void {
  channel.state = 'Up';
  pbx.event('Newstate', channel.snapshot());
}

/** Asterisk 22 tells rejected (21), unknown (1) and unavailable (19) apart in the hangup cause only. */
function statusOf(cause: number): string {
  if (cause === 17) return 'BUSY';
  if (cause === 34) return 'CONGESTION';
  return cause === 3 || cause === 20 ? 'CHANUNAVAIL' : 'NOANSWER';
}

/** DialStatus of a leg that was dialled from the dialplan. */
export function endStatus(answer: Answer): string {
  if (answer.kind === 'refused') return answer.status;
  return answer.kind === 'abandoned' ? 'CANCEL' : 'NOANSWER';
}

function optional(hangsUpAfterMs: number | undefined): { hangsUpAfterMs?: number } {
  return hangsUpAfterMs === undefined ? {} : { hangsUpAfterMs };
}
