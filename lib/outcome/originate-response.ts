import { header, type Packet } from '../ajam/packet.ts';
import type { CallFacts, ReceivedResponse } from './call-facts.ts';

/** The longest time between an OriginateResponse and the hangup of its channel, on a PBX under load. */
const SAME_END_MS = 2000;

/**
 * Of two responses, returns the one that more likely belongs to the call itself. Another Originate with the same id gets a
 * failure with Reason 0, and every session receives this failure.
 */
export function moreTelling(known: ReceivedResponse | undefined, next: ReceivedResponse): ReceivedResponse {
  const rank = ({ packet }: ReceivedResponse): number =>
    isSuccess(packet) ? 2 : header(packet, 'Reason') === '0' ? 0 : 1;
  return known && rank(known) >= rank(next) ? known : next;
}

export const isSuccess = (packet: Packet): boolean => header(packet, 'Response') === 'Success';

/**
 * Returns the OriginateResponse of the call itself. A failure belongs to another Originate with the same id if the channel still
 * lives, or if it hung up more than 2 s after the failure.
 */
export function ownResponse({ id, channels, response }: CallFacts): Packet | undefined {
  if (!response) return undefined;
  const { packet, at } = response;
  const channel = channels.get(id);
  if (isSuccess(packet) || !channel) return packet;
  return channel.hungUpAt !== undefined && channel.hungUpAt - at < SAME_END_MS ? packet : undefined;
}

/**
 * Returns the uniqueid of the first channel: the id of the callback, unless another phone picked up the call. Asterisk then
 * continues with the channel of that phone, and the originated channel ends.
 */
export function firstChannel({ id, response }: CallFacts): string {
  const answered = response && isSuccess(response.packet) ? header(response.packet, 'Uniqueid') : undefined;
  return answered || id;
}
