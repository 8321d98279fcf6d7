import { type Admitted, mayUseRoute } from '../../auth/index.ts';
import { parseCallbackRequest } from '../../calls/callback-request.ts';
import { SAME_REQUEST_SECONDS } from '../../calls/repeats/idempotency.ts';
import { invalidRequest } from '../../calls/request-schema.ts';
import { services } from '../../calls/services.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { admit } from '../authorize.ts';
import { readForm } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { emptyResponse, type HttpResponse, placedResponse } from '../http-response.ts';
import { isLinkPreview } from '../link-preview.ts';
import { CREDENTIAL_PARAMETERS, type Pairs } from '../query.ts';
import type { Handle, Target } from '../router.ts';
import { byHeader, place, type Wanted } from './place-from-body.ts';

/** `GET /callback`: a signed link, or the classic `callback.php?p=1&c=…&cid=…&num=…`. */
export const followLink: Handle = async (exchange, target) => {
  if (isLinkPreview(exchange.request)) return emptyResponse(204);
  const { access, wanted } = await readLink(exchange, target);
  if (await mustConfirm(access, wanted)) {
    const { confirmPage } = await import('../pages/link-pages.ts');
    return confirmPage(wanted.fields);
  }
  return await placeFrom(exchange, access, wanted);
};

/** `POST /callback`: the button of the page that asks before it calls. The signature is that of the link. */
export const confirmLink: Handle = async (exchange, target) => {
  if (exchange.request.body.length > 0) {
    throw new CallbackError(
      'request-malformed',
      'Send the fields in the query and no body, or use /callbacks',
    );
  }
  const { access, wanted } = await readLink(exchange, target);
  return await placeFrom(exchange, access, wanted);
};

async function readLink(exchange: Exchange, { path }: Target): Promise<{ access: Admitted; wanted: Wanted }> {
  const { query } = exchange.request;
  if (query.some(([name]) => name.startsWith('amp;'))) {
    throw new CallbackError('request-malformed', HTML_ESCAPED);
  }
  const access = await admit(exchange, 'place', path, 'GET');
  const asked = query.filter(([name]) => !CREDENTIAL_PARAMETERS.includes(name));
  const modern = asked.map(([name, value]): [string, string] => [modernName(name), value]);
  const { c, p, ...fields } = readForm(modern);
  if (fields['to'] === undefined) throw invalidRequest([{ field: 'num', message: 'is missing' }]);
  const classic = { c: textOf(c), p: textOf(p) };
  return { access, wanted: { fields, classic, idempotency: idempotencyOf(exchange, access, asked) } };
}

const HTML_ESCAPED =
  'The link has "&amp;" between its parameters. It was copied from HTML source. Replace each "&amp;" by "&"';

const modernName = (name: string): string => (name === 'num' ? 'to' : name === 'cid' ? 'agent' : name);
const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

function idempotencyOf({ request }: Exchange, access: Admitted, asked: Pairs): Wanted['idempotency'] {
  // The signature covers the whole query, so it identifies the request. So a link has one key, which its user cannot change.
  if (access.via === 'link')
    return repeatedLink(
      access.keyId,
      request.query.filter(([name]) => name === 'sig'),
    );
  return byHeader(request, access) ?? repeatedLink(access.keyId, asked.toSorted());
}

/** Makes the same link a repeat: people click twice, and browsers, proxies and client libraries repeat a GET. */
const repeatedLink = (keyId: string, meaning: Pairs) => ({
  principal: `links/${keyId}` as const,
  key: JSON.stringify(meaning),
  seconds: SAME_REQUEST_SECONDS,
});

/** A program with an Authorization header is not a link scanner, so it need not confirm. */
async function mustConfirm({ key, via }: Admitted, { fields }: Wanted): Promise<boolean> {
  if (via !== 'link' && via !== 'token') return false;
  const parsed = parseCallbackRequest(fields);
  if (!parsed.ok || !mayUseRoute(key, parsed.request.route)) return false;
  const { routes } = await services.settings.get();
  return routes[parsed.request.route]?.confirmLinks === true;
}

async function placeFrom(exchange: Exchange, access: Admitted, wanted: Wanted): Promise<HttpResponse> {
  const result = await place(exchange, access, wanted);
  const response = placedResponse(result, exchange.basePath);
  if (!exchange.forBrowser) return response;
  const { callbackPage } = await import('../pages/link-pages.ts');
  return callbackPage(result, response);
}
