import { type Admitted, mayUseRoute } from '../../auth/index.ts';
import { type AcceptOptions, acceptCallback } from '../../calls/accept-callback.ts';
import { admit } from '../authorize.ts';
import { readBody } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { type HttpResponse, placed } from '../http-response.ts';
import { idempotencyKeyOf } from '../idempotency-key.ts';
import type { Handle } from '../router.ts';

/** How an endpoint reads a request, once the caller is admitted. */
export interface Reading {
  read: () => { fields: Record<string, unknown>; classic?: AcceptOptions['classic'] };
  /** Identity of the request, for recognising a repeat. */
  idempotency: (access: Admitted, idempotencyKey: string | undefined) => AcceptOptions['idempotency'];
}

export const byHeader: Reading['idempotency'] = ({ keyId }, key) =>
  key === undefined ? undefined : { principal: `keys/${keyId}`, key };

/** `POST /callbacks` */
export const placeFromBody: Handle = (exchange, { path }) =>
  admitAndPlace(exchange, path, {
    read: () => ({ fields: readBody(exchange.request) }),
    idempotency: byHeader,
  });

export async function admitAndPlace(
  exchange: Exchange,
  path: string,
  { read, idempotency }: Reading,
): Promise<HttpResponse> {
  const access = await admit(exchange, path);
  const idempotencyKey = idempotencyKeyOf(exchange.request);
  const { fields, classic } = read();
  const result = await acceptCallback(fields, {
    deadline: exchange.deadline,
    principal: `keys/${access.keyId}`,
    trace: exchange.trace,
    mayUseRoute: (route) => mayUseRoute(access.key, route),
    ...(classic && { classic }),
    idempotency: idempotency(access, idempotencyKey),
  });
  return placed(result, exchange.basePath);
}
