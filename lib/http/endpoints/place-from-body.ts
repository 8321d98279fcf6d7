import { type Admitted, mayUseRoute } from '../../auth/index.ts';
import { type AcceptOptions, acceptCallback } from '../../calls/accept-callback.ts';
import type { PlacedCallback } from '../../calls/callback.ts';
import { admit } from '../authorize.ts';
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
export const placeFromBody: Handle = async (exchange, { path }) => {
  const { request, basePath } = exchange;
  const access = await admit(exchange, 'place', path);
  const idempotency = byHeader(request, access);
  return placedResponse(await place(exchange, access, { fields: readBody(request), idempotency }), basePath);
};

/** Returns the idempotency of a request with an `Idempotency-Key`. */
export function byHeader(request: HttpRequest, { keyId }: Admitted): AcceptOptions['idempotency'] {
  const key = idempotencyKeyOf(request);
  return key === undefined ? undefined : { principal: `keys/${keyId}`, key };
}

export const place = (
  { deadline, trace }: Exchange,
  { key, keyId }: Admitted,
  { fields, ...wanted }: Wanted,
): Promise<PlacedCallback> =>
  acceptCallback(fields, {
    deadline,
    principal: `keys/${keyId}`,
    trace,
    mayUseRoute: (route) => mayUseRoute(key, route),
    ...wanted,
  });
