import { CallbackError } from '../../calls/callback-error.ts';
import { invalidRequest } from '../../calls/callback-request.ts';
import { readForm } from '../body.ts';
import type { HttpRequest } from '../http-request.ts';
import { emptyResponse } from '../http-response.ts';
import { SAME_REQUEST_SECONDS } from '../idempotency-key.ts';
import type { Pairs } from '../query.ts';
import type { Handle } from '../router.ts';
import { admitAndPlace, byHeader, type Reading } from './place-callback.ts';

/** `GET /callback`: a signed link, or the classic `callback.php?p=1&c=…&cid=…&num=…`. */
export const followLink: Handle = async (exchange, { path }) => {
  const { request } = exchange;
  if (isPrefetch(request)) return emptyResponse(204);
  if (request.query.some(([name]) => name.startsWith('amp;'))) {
    throw new CallbackError('request-malformed', HTML_ESCAPED);
  }
  const asked = request.query.filter(([name]) => !CREDENTIALS.includes(name));
  const idempotency: Reading['idempotency'] = (access, idempotencyKey) =>
    // The owner of a link's key decides which requests are repeats. The holder of the link does not.
    access.via === 'link'
      ? repeatedLink(access.keyId, request.query.filter(isSignature))
      : (byHeader(access, idempotencyKey) ?? repeatedLink(access.keyId, asked.toSorted()));
  return await admitAndPlace(exchange, path, { read: () => readLink(asked), idempotency });
};

const HTML_ESCAPED =
  'The link has "&amp;" between its parameters. It was copied from HTML source. Replace each "&amp;" by "&"';

const CREDENTIALS = ['key', 'exp', 'sig', 'token'];

/** The signature covers the whole query, so it identifies the request. */
const isSignature = ([name]: readonly string[]): boolean => name === 'sig';

/** People click twice, and browsers, proxies and client libraries repeat a GET on their own. */
const repeatedLink = (keyId: string, meaning: Pairs) => ({
  principal: `links/${keyId}` as const,
  key: JSON.stringify(meaning),
  seconds: SAME_REQUEST_SECONDS,
});

function readLink(asked: Pairs): ReturnType<Reading['read']> {
  const modern = asked.map(([name, value]): [string, string] => [modernName(name), value]);
  const { c, p, ...fields } = readForm(modern);
  if (fields['to'] === undefined) throw invalidRequest([{ field: 'num', message: 'is missing' }]);
  return { fields, classic: { c: textOf(c), p: textOf(p) } };
}

const modernName = (name: string): string => (name === 'num' ? 'to' : name === 'cid' ? 'agent' : name);
const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

/** Browsers and link scanners that look ahead never place a callback. */
function isPrefetch({ method, headers }: HttpRequest): boolean {
  const purpose = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers[name]).join();
  return method === 'HEAD' || /prefetch|prerender|preview/i.test(purpose);
}
