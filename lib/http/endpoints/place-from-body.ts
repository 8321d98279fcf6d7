import { type AcceptOptions, acceptCallback } from '../../calls/accept-callback.ts';
import type { PlacedCallback } from '../../calls/callback.ts';
import { authorize, type Caller } from '../authorize.ts';
import { readBody } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import type { HttpRequest } from '../http-request.ts';
import { placedResponse } from '../http-response.ts';
import { idempotencyKeyOf } from '../idempotency-key.ts';
import type { Handle } from '../router.ts';

/** The callback that an authenticated caller requests. */
export interface Wanted extends Pick<AcceptOptions, 'classic' | 'idempotency'> {
  /** A callback request, not yet checked. */
  fields: Record<string, unknown>;
}

/** `POST /callbacks` */
export const placeFromBody: Handle = async (exchange, target) => {
  const { request, basePath } = exchange;
  const caller = await authorize(exchange, 'place', target);
  const idempotency = byHeader(request, caller);
  return placedResponse(await place(exchange, caller, { fields: readBody(request), idempotency }), basePath);
};

/** Returns the idempotency of a request with an `Idempotency-Key`. */
export function byHeader(request: HttpRequest, { principal }: Caller): AcceptOptions['idempotency'] {
  const key = idempotencyKeyOf(request);
  return key === undefined ? undefined : { principal, key };
}

export const place = (
  { deadline, trace }: Exchange,
  { principal, mayUseRoute }: Caller,
  { fields, ...wanted }: Wanted,
): Promise<PlacedCallback> => acceptCallback(fields, { deadline, principal, trace, mayUseRoute, ...wanted });
