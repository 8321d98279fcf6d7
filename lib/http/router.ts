import { CallbackError } from '../problems/callback-error.ts';
import { printable } from '../shared/printable.ts';
import type { Exchange, HttpContext } from './exchange.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import { parseQuery } from './query.ts';

/** The path of a request within this API. */
export interface Target {
  /** The path without stage and base path. The signature of a link covers it. */
  path: string;
  /** The values of the segments in braces, such as `{id}`. */
  parameters: Record<string, string>;
}

export type Handle = (exchange: Exchange, target: Target) => Promise<HttpResponse>;

export interface Endpoint {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** A name in braces, such as `{id}`, matches one segment. */
  path: string;
  handle: Handle;
  /** People open this address in a browser, so a browser gets pages. */
  forPeople?: boolean;
}

/** All endpoints at one path. */
export interface Found extends Target {
  endpoints: readonly Endpoint[];
}

/**
 * Returns a handler that passes a request to its endpoint.
 *
 * @param interceptor Answers requests such as preflights, before the method is checked.
 */
export const routeTo =
  (
    endpoints: readonly Endpoint[],
    interceptor?: (exchange: Exchange, found: Found) => Promise<HttpResponse | undefined>,
  ) =>
  async (_event: unknown, context: HttpContext): Promise<HttpResponse> => {
    const { exchange } = context;
    if (!exchange) throw new TypeError('The handler lacks the middleware readEvent');
    const tidied = tidyPath(exchange.request.path);
    const found = findPath(endpoints, tidied);
    exchange.basePath += tidied.slice(0, tidied.length - found.path.length);
    const intercepted = await interceptor?.(exchange, found);
    if (intercepted) return intercepted;
    const { handle, forPeople = false } = endpointFor(found, exchange.request.method);
    exchange.forBrowser = forPeople && acceptsHtml(exchange.request);
    // Read after `forBrowser` is set: the response to a malformed query may be a page.
    exchange.request.query = parseQuery(exchange.request.rawQuery);
    return await handle(exchange, found);
  };

/** Returns whether the client is a browser: only browsers name text/html in `Accept`. */
const acceptsHtml = ({ headers }: HttpRequest): boolean =>
  /(?:^|,)\s*text\/html\s*(?:[,;]|$)/i.test(headers['accept'] ?? '');

/** Removes double and trailing slashes, and the `.php` of the original script. */
const tidyPath = (path: string): string =>
  path
    .replace(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '')
    .replace(/\/callback\.php$/, '/callback');

/** No custom domain has a longer base path. An attacker could send a longer path to use up processor time. */
const MAX_BASE_SEGMENTS = 4;

/**
 * Finds the endpoints at a path. Skips the base path of a custom domain, such as `/telephony` or `/v1/telephony`.
 *
 * @throws CallbackError not-found.
 */
export function findPath(endpoints: readonly Endpoint[], path: string): Found {
  const ours = new Set(endpoints.map(({ path: known }) => known.split('/')[1]));
  for (let rest = path, left = MAX_BASE_SEGMENTS; ; left -= 1) {
    const found = endpoints.filter((endpoint) => matchPath(endpoint.path, rest));
    const [first] = found;
    if (first) return { endpoints: found, path: rest, parameters: matchPath(first.path, rest) ?? {} };
    const base = /^\/([\w.~-]+)(?=\/.)/.exec(rest);
    // A segment that begins a path of this API is not a base path. So `/callbacks/callback` is not `/callback`.
    if (!base || left === 0 || ours.has(base[1])) {
      throw new CallbackError('not-found', 'This address does not exist. /openapi.json lists the addresses');
    }
    rest = rest.slice(base[0].length);
  }
}

/** @throws CallbackError method-not-allowed with `Allow`. */
function endpointFor({ endpoints }: Found, method: string): Endpoint {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const endpoint = endpoints.find((each) => each.method === wanted);
  if (endpoint) return endpoint;
  const allow = endpoints.flatMap((each) => (each.method === 'GET' ? ['GET', 'HEAD'] : each.method));
  throw new CallbackError(
    'method-not-allowed',
    `This address does not take ${printable(method)}. Use ${allow.join(', ')}`,
    {
      headers: { allow: allow.join(', ') },
    },
  );
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/', wanted.length + 1);
  const parameters: Record<string, string> = {};
  const fits =
    given.length === wanted.length &&
    wanted.every((name, index) => {
      const segment = given[index] ?? '';
      if (!name.startsWith('{')) return name === segment;
      parameters[name.slice(1, -1)] = segment;
      return segment !== '';
    });
  return fits ? parameters : undefined;
}
