import { type Admitted, mayUseRoute } from '../lib/auth/index.ts';
import { type DialOptions, dialOnce, invalidRequest } from '../lib/calls/accept-callback.ts';
import { CallbackError } from '../lib/calls/callback-error.ts';
import { switchboard } from '../lib/calls/services.ts';
import { admit } from '../lib/http/authorize.ts';
import { readBody, readForm } from '../lib/http/body.ts';
import { isPreflight, preflight } from '../lib/http/cors.ts';
import { type Call, httpHandler, looksAhead, nothingDialled, placed } from '../lib/http/http-handler.ts';
import { type HttpResponse, jsonResponse } from '../lib/http/http-response.ts';
import { idempotencyKeyOf, SAME_REQUEST_SECONDS } from '../lib/http/idempotency-key.ts';
import { endCall, playDigits, showCall } from '../lib/http/live-callback.ts';
import { type Endpoint, endpointFor, type Found, findPath } from '../lib/http/router.ts';

/** `path` is the request's without stage and base path; `parameters` are what stands for `{id}` and the like. */
type Handle = (call: Call, found: Pick<Found<unknown>, 'path' | 'parameters'>) => Promise<HttpResponse>;

/** `read`: what a request says of a call, once it is known who asks. */
interface Reading {
  read: () => { fields: Record<string, unknown>; classic?: DialOptions['classic'] };
  /** What makes repeats one call. */
  repeats: (access: Admitted, idempotencyKey: string | undefined) => DialOptions['idempotency'];
}

const byKey: Reading['repeats'] = ({ keyId }, key) =>
  key === undefined ? undefined : { principal: keyId, key };

const placeFromBody: Handle = (call, { path }) =>
  placeCallback(call, path, { read: () => ({ fields: readBody(call.request) }), repeats: byKey });

/** A signed link, or the classic `callback.php?p=1&c=…&cid=…&num=…`. */
const placeFromLink: Handle = async (call, { path }) => {
  if (looksAhead(call.request)) return nothingDialled();
  const asked = call.request.query.filter(([name]) => !CREDENTIALS.includes(name));
  const read = () => {
    const modern = asked.map(([name, value]): [string, string] => [modernName(name), value]);
    const { c, p, ...fields } = readForm(modern);
    if (fields['to'] === undefined) throw invalidRequest([{ field: 'num', message: 'is missing' }]);
    return { fields, classic: { c: textOf(c), p: textOf(p) } };
  };
  /** People click twice, and browsers, proxies and client libraries send a GET again as they like. */
  const asLink = (keyId: string, meaning: unknown) => ({
    principal: `link/${keyId}`,
    key: JSON.stringify(meaning),
    seconds: SAME_REQUEST_SECONDS,
  });
  const repeats: Reading['repeats'] = (access, idempotencyKey) =>
    // Whoever holds a signed link has no say in what is another call.
    access.via === 'link'
      ? asLink(access.keyId, call.request.query.filter(isSignature))
      : (byKey(access, idempotencyKey) ?? asLink(access.keyId, asked.toSorted()));
  return await placeCallback(call, path, { read, repeats });
};

const CREDENTIALS = ['key', 'exp', 'sig', 'token'];
/** It stands for all that a signed link asks for. */
const isSignature = ([name]: readonly string[]): boolean => name === 'sig';

const modernName = (name: string): string => (name === 'num' ? 'to' : name === 'cid' ? 'agent' : name);
const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

async function placeCallback(call: Call, path: string, { read, repeats }: Reading): Promise<HttpResponse> {
  const access = await admit(call, path);
  const idempotencyKey = idempotencyKeyOf(call.request);
  const { fields, classic } = read();
  const answered = await dialOnce(fields, {
    until: call.until,
    trace: call.trace,
    mayUseRoute: (route) => mayUseRoute(access.key, route),
    ...(classic && { classic }),
    idempotency: repeats(access, idempotencyKey),
  });
  return placed(answered);
}

/** Open to everybody, but where nobody has a key yet: there everything is closed. */
const describeAll: Handle = async () => {
  const { keys } = await switchboard.settings.get();
  if (Object.keys(keys).length === 0) {
    throw new CallbackError(
      'credentials-missing',
      'No key is configured yet: put one under keys/ of the settings',
    );
  }
  // Not loaded before somebody asks for it.
  const { openApi } = await import('../lib/http/openapi.ts');
  return jsonResponse(200, openApi());
};

export const endpoints: readonly Endpoint<Handle>[] = [
  { method: 'POST', path: '/callbacks', handle: placeFromBody },
  { method: 'GET', path: '/callback', handle: placeFromLink },
  { method: 'GET', path: '/callbacks/{id}', handle: showCall },
  { method: 'DELETE', path: '/callbacks/{id}', handle: endCall },
  { method: 'POST', path: '/callbacks/{id}/dtmf', handle: playDigits },
  { method: 'GET', path: '/health', handle: async () => jsonResponse(200, { status: 'ok' }) },
  { method: 'GET', path: '/openapi.json', handle: describeAll },
];

/** All HTTP doors but the webhooks. */
export const handler = httpHandler(async (call) => {
  const found = findPath(endpoints, call.request.path);
  if (isPreflight(call.request)) {
    const { keys } = await switchboard.settings.get();
    return preflight(
      call.request,
      keys,
      found.endpoints.map(({ method }) => method),
    );
  }
  return await endpointFor(found, call.request.method).handle(call, found);
});
