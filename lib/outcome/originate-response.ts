import { header, type Packet } from '../ajam/packet.ts';
import type { CallFacts } from './call-facts.ts';

/** How far the response to an order and the end of its channel may be apart, on a PBX under load. */
const SAME_END_MS = 2000;

/** What an OriginateResponse tells of the order. */
export interface OrderResponse {
  packet: Packet;
  /** As `Date.now()` tells time. */
  at: number;
}

/**
 * A repeat with the same id has a response too, a failure with Reason 0, and every session sees it: the call's own
 * is the success, or the failure with another Reason.
 */
export function moreTelling(known: OrderResponse | undefined, next: OrderResponse): OrderResponse {
  const rank = ({ packet }: OrderResponse): number =>
    isSuccess(packet) ? 2 : header(packet, 'Reason') === '0' ? 0 : 1;
  return known && rank(known) >= rank(next) ? known : next;
}

export const isSuccess = (packet: Packet): boolean => header(packet, 'Response') === 'Success';

/**
 * The call's own response. With a failure the channel must be gone: while it lives, it was another order with its id
 * that failed, one that repeats it or one before it.
 */
export function ownResponse({ id, channels, response }: CallFacts): Packet | undefined {
  if (!response) return undefined;
  const { packet, at } = response;
  const channel = channels.get(id);
  if (isSuccess(packet) || !channel) return packet;
  return channel.hungUpAt !== undefined && channel.hungUpAt - at < SAME_END_MS ? packet : undefined;
}

/**
 * The uniqueid of the first channel: ours, unless another phone has picked the call up. Asterisk then goes on with that
 * phone's channel, and ours ends.
 */
export function firstChannel({ id, response }: CallFacts): string {
  const answered = response && isSuccess(response.packet) ? header(response.packet, 'Uniqueid') : undefined;
  return answered || id;
}
