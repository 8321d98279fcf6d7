import type { Channel, HangupWish } from './channel.ts';
import type { Header } from './packet.ts';
import type { Pbx } from './pbx.ts';
import type { Behavior } from './phone-behavior.ts';

/** How the ringing of a leg ended. `reason` is the Reason of OriginateResponse. */
export type Answer =
  | { kind: 'answered'; hangsUpAfterMs?: number }
  | { kind: 'refused'; status: string; reason: number; cause: number; sip?: number }
  /** The extension of a Local channel does not exist. */
  | { kind: 'missing' }
  | { kind: 'timeout' }
  /** The ringing leg was hung up. */
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

/** Returns what the phone does after ringing. Undefined if the phone rings without end, or the leg ends while it rings. */
export async function ringOut(
  pbx: Pbx,
  front: Channel,
  behavior: Behavior,
  caller?: Channel,
): Promise<Exclude<Behavior, { kind: 'silent' }> | undefined> {
  // DialBegin and the reply to the action come first, as on a real network.
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

/** Returns the DialStatus for a hangup cause. In Asterisk 22, the causes 21 (rejected), 1 (unknown) and 19 (unavailable) have one status. */
export function statusOf(cause: number): string {
  if (cause === 17) return 'BUSY';
  if (cause === 34) return 'CONGESTION';
  return cause === 3 || cause === 20 ? 'CHANUNAVAIL' : 'NOANSWER';
}

/** Returns the DialStatus of a leg that did not answer. */
export function endStatus(answer: Answer): string {
  if (answer.kind === 'refused') return answer.status;
  return answer.kind === 'abandoned' ? 'CANCEL' : 'NOANSWER';
}
