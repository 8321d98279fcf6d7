import type { Channel, HangupWish } from './channel.ts';
import type { Fate } from './dialplan.ts';
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

export function dialEnd(pbx: Pbx, front: Channel, status: string, caller?: Channel): void {
  pbx.event('DialEnd', [...dialPair(front, caller), ['DialStatus', status]]);
}

export function dialPair(front: Channel, caller: Channel | undefined): Header[] {
  return [...(caller?.snapshot() ?? []), ...front.snapshot('Dest')];
}

export function never(): Promise<never> {
  return new Promise(() => {});
}

/** What the phone does when its ringing is over; undefined when it rings for ever or the call went away meanwhile. */
export async function ringOut(
  pbx: Pbx,
  front: Channel,
  fate: Fate,
  caller?: Channel,
): Promise<Exclude<Fate, { kind: 'silent' }> | undefined> {
  // Gives DialBegin and the acknowledgement of the action the head start that a real network gives them.
  await pbx.sleep(0);
  if (fate.kind === 'unreachable') return fate;
  const rings = fate.kind === 'silent' || fate.ringsMs !== undefined;
  if (front.live && rings) showRinging(pbx, front, caller);
  if (fate.kind === 'silent') return undefined;
  await pbx.sleep(fate.ringsMs ?? 0);
  return front.live ? fate : undefined;
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

/** Asterisk 22 tells rejected (21), unknown (1) and unavailable (19) apart in the hangup cause only. */
export function statusOf(cause: number): string {
  if (cause === 17) return 'BUSY';
  if (cause === 34) return 'CONGESTION';
  return cause === 3 || cause === 20 ? 'CHANUNAVAIL' : 'NOANSWER';
}

/** DialStatus of a leg that was dialled from the dialplan. */
export function endStatus(answer: Answer): string {
  if (answer.kind === 'refused') return answer.status;
  return answer.kind === 'abandoned' ? 'CANCEL' : 'NOANSWER';
}
