import type { Channel, HangupWish } from './channel.ts';
import type { Header } from './packet.ts';
import type { Pbx } from './pbx.ts';
import type { Behavior } from './phone-behavior.ts';

/** How the ringing of a leg ended. `reason` is that of OriginateResponse. */
export type Answer =
  | { kind: 'answered'; hangsUpAfterMs?: number }
  | { kind: 'refused'; status: string; reason: number; cause: number; sip?: number }
  /** The extension of a Local channel does not exist. */
  | { kind: 'missing' }
  | { kind: 'timeout' }
  /** The leg itself was hung up. */
  | { kind: 'hung up'; wish: HangupWish }
  /** The caller hung up first. */
  | { kind: 'abandoned'; wish: HangupWish };

export function dialEnd(pbx: Pbx, front: Channel, status: string, caller?: Channel): void {
  pbx.event('DialEnd', [...dialPair(front, caller), ['DialStatus', status]]);
}

export function dialPair(front: Channel, caller: Channel | undefined): Header[] {
  return [...(caller?.snapshot() ?? []), ...front.snapshot('Dest')];
}

export function never(): Promise<never> {
  return new Promise(() => {});
}

/** Returns what the phone does after ringing. Undefined if it rings without end or the call ended meanwhile. */
export async function ringOut(
  pbx: Pbx,
  front: Channel,
  behavior: Behavior,
  caller?: Channel,
): Promise<Exclude<Behavior, { kind: 'silent' }> | undefined> {
  // On a real network, DialBegin and the reply to the action come first.
  await pbx.sleep(0);
  if (behavior.kind === 'unreachable') return behavior;
  const rings = behavior.kind === 'silent' || behavior.ringsMs !== undefined;
  if (front.live && rings) showRinging(pbx, front, caller);
  if (behavior.kind === 'silent') return undefined;
  await pbx.sleep(behavior.ringsMs ?? 0);
  return front.live ? behavior : undefined;
}

export function showRinging(pbx: Pbx, front: Channel, caller?: Channel): void {
  front.state = 'Ringing';
  pbx.event('Newstate', front.snapshot());
  pbx.event('DialState', [...dialPair(front, caller), ['DialStatus', 'RINGING']]);
}

export function setUp(pbx: Pbx, channel: Channel): void {
  channel.state = 'Up';
  pbx.event('Newstate', channel.snapshot());
}

/** Only the hangup cause separates rejected (21), unknown (1) and unavailable (19) in Asterisk 22. */
export function statusOf(cause: number): string {
  if (cause === 17) return 'BUSY';
  if (cause === 34) return 'CONGESTION';
  return cause === 3 || cause === 20 ? 'CHANUNAVAIL' : 'NOANSWER';
}

/** Returns the DialStatus of a leg that the dialplan dialled. */
export function endStatus(answer: Answer): string {
  if (answer.kind === 'refused') return answer.status;
  return answer.kind === 'abandoned' ? 'CANCEL' : 'NOANSWER';
}
