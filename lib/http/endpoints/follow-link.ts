import { parseCallbackRequest } from '../../calls/callback-request.ts';
import { SAME_REQUEST_SECONDS } from '../../calls/repeats/request-keys.ts';
import { invalidRequest } from '../../calls/request-schema.ts';
import { services } from '../../calls/services.ts';
import { authorize, type Caller } from '../authorize.ts';
import { malformed, readForm } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { emptyResponse, type HttpResponse, placedResponse } from '../http-response.ts';
import { isLinkPreview } from '../link-preview.ts';
import { type Pairs, withoutCredentials } from '../query.ts';
import type { Handle, Target } from '../router.ts';
import { byHeader, place, type Wanted } from './place-from-body.ts';

/** `GET /callback`: a signed link, or the classic `callback.php?p=1&c=…&cid=…&num=…`. */
export const followLink: Handle = async (exchange, target) => {
  if (isLinkPreview(exchange.request)) return emptyResponse(204);
  const { caller, wanted } = await readLink(exchange, target);
  if (await mustConfirm(caller, wanted)) {
    const { confirmPage } = await import('../pages/link-pages.ts');
    return confirmPage(wanted.fields);
  }
  return await placeFrom(exchange, caller, wanted);
};

/** `POST /callback`: the button of the page that asks before it calls. The signature is that of the link. */
export const confirmLink: Handle = async (exchange, target) => {
  if (exchange.request.body.length > 0) {
    throw malformed('Send the fields in the query and no body, or use /callbacks');
  }
  const { caller, wanted } = await readLink(exchange, target);
  return await placeFrom(exchange, caller, wanted);
};

async function readLink(exchange: Exchange, target: Target): Promise<{ caller: Caller; wanted: Wanted }> {
  const { query } = exchange.request;
  if (query.some(([name]) => name.startsWith('amp;'))) throw malformed(HTML_ESCAPED);
  const caller = await authorize(exchange, 'place', target, 'GET');
  const asked = withoutCredentials(query);
  const modern = asked.map(([name, value]): [string, string] => [modernName(name), value]);
  const { c, p, ...fields } = readForm(modern);
  if (fields['to'] === undefined) throw invalidRequest([{ field: 'num', message: 'is missing' }]);
  const classic = { c: textOf(c), p: textOf(p) };
  return { caller, wanted: { fields, classic, idempotency: idempotencyOf(exchange, caller, asked) } };
}

const HTML_ESCAPED =
  'The link has "&amp;" between its parameters. It was copied from HTML source. Replace each "&amp;" by "&"';

const modernName = (name: string): string => (name === 'num' ? 'to' : name === 'cid' ? 'agent' : name);
const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

function idempotencyOf({ request }: Exchange, caller: Caller, asked: Pairs): Wanted['idempotency'] {
  if (caller.via !== 'link') return byHeader(request, caller) ?? repeatedLink(caller, asked.toSorted());
  // A signed link ignores `Idempotency-Key`, because its user could change this header. Its signature is its idempotency key.
  const signature = request.query.filter(([name]) => name === 'sig');
  return repeatedLink(caller, signature);
}

/** Returns an idempotency that makes the same link a repeat, because people click twice and programs repeat a GET. */
const repeatedLink = ({ keyId }: Caller, meaning: Pairs) => ({
  principal: `links/${keyId}` as const,
  key: JSON.stringify(meaning),
  seconds: SAME_REQUEST_SECONDS,
});

/** Link scanners send no Authorization header. So a program with this header need not confirm. */
async function mustConfirm({ via, mayUseRoute }: Caller, { fields }: Wanted): Promise<boolean> {
  if (via !== 'link' && via !== 'token') return false;
  const parsed = parseCallbackRequest(fields);
  if (!parsed.ok || !mayUseRoute(parsed.request.route)) return false;
  const { routes } = await services.settings.get();
  return routes[parsed.request.route]?.confirmLinks === true;
}

async function placeFrom(exchange: Exchange, caller: Caller, wanted: Wanted): Promise<HttpResponse> {
  const result = await place(exchange, caller, wanted);
  const response = placedResponse(result, exchange.basePath);
  if (!exchange.forBrowser) return response;
  const { callbackPage } = await import('../pages/link-pages.ts');
  return callbackPage(result, response);
}
