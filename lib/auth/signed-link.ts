import { createHmac } from 'node:crypto';
import { CallbackError } from '../problems/callback-error.ts';
import {
  type AccessRequest,
  type Admitted,
  invalidCredentials,
  type Keys,
  onlyValue,
  own,
} from './credentials.ts';
import { NO_SECRET, sameSecret } from './same-secret.ts';

type Pairs = AccessRequest['query'];

export const LINK_PARAMETERS: readonly string[] = ['key', 'exp', 'sig'];
/** A later expiry is a mistake. Most likely the expiry is in milliseconds. */
const MAX_LIFE_SECONDS = 10 * 366 * 24 * 3600;

export interface Link {
  method: string;
  /** Path of the request, without the query. */
  path: string;
  query: Pairs;
  keyId: string;
  secret: string;
  /** Unix time in seconds. The link is refused from this time on. */
  expiresAt: number;
}

/**
 * Returns the whole query string of a signed link: the given parameters, `key`, `exp` and `sig`.
 *
 * @throws TypeError for a link that could never be valid.
 */
export function signLink({ method, path, query, keyId, secret, expiresAt }: Link): string {
  if (query.some(([name]) => LINK_PARAMETERS.includes(name) || name === 'token')) {
    throw new TypeError(
      'The query of a link must not have key, exp, sig or token. signLink adds the first three',
    );
  }
  if (!Number.isSafeInteger(expiresAt) || expiresAt <= 0 || secret === '') {
    throw new TypeError('A link needs a secret, and an expiry in whole seconds of Unix time');
  }
  const pairs: Pairs = [...query, ['key', keyId], ['exp', String(expiresAt)]];
  if (!isWellFormed(pairs)) throw new TypeError('The query of a link must be well-formed Unicode');
  const signed = canonicalQuery(pairs);
  return `${signed}&sig=${hmac(secret, signedText(method, path, signed))}`;
}

/**
 * Returns the query as a signature covers it. Method in capitals, path and this query are joined by line feeds.
 *
 * Each decoded name and value is written in UTF-8, percent-encoded except for the unreserved characters of RFC 3986
 * (letters, digits, `-._~`). Pairs are sorted by encoded name, then by encoded value, in byte order, and joined by `&`.
 * `sig` is left out. So a client may change the order and the escapes, but cannot add parameters.
 *
 * The signature does not cover a body, so a signed POST to /callbacks allows any body. A signed GET allows only the call that its
 * query describes.
 */
const canonicalQuery = (pairs: Pairs, encode: Encoding = rfc3986): string =>
  pairs
    .filter(([name]) => name !== 'sig')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** Checks key, exp and sig of a request. Only a link with a right signature is reported as expired. */
export function signedLink(request: AccessRequest, keys: Keys, nowSeconds: number): Admitted {
  const [keyId, exp, sig] = LINK_PARAMETERS.map((name) => onlyValue(request, name));
  if (keyId === undefined || exp === undefined || sig === undefined) {
    throw invalidCredentials('A signed link has each of key, exp and sig once');
  }
  if (!/^[1-9][0-9]{0,14}$/.test(exp) || !isWellFormed(request.query)) throw wrongLink();

  const key = own(keys, keyId);
  const signatures = signedTexts(request).map((text) => hmac(key?.secret || NO_SECRET, text));
  // Compares texts and not bytes: base64url has spare bits, so four different texts decode to the same bytes.
  if (!signatures.some((expected) => sameSecret(sig, expected)) || !key?.secret) throw wrongLink();

  const expiresAt = Number(exp);
  if (expiresAt > nowSeconds + MAX_LIFE_SECONDS) {
    throw invalidCredentials('"exp" is Unix time in seconds, at most ten years ahead');
  }
  if (expiresAt <= nowSeconds) {
    throw new CallbackError('link-expired', 'The link has expired. Ask for a new link');
  }
  return { keyId, key };
}

const wrongLink = () =>
  invalidCredentials(
    'The link is not signed by a known key, or the link was changed. The signature covers method, path and query',
  );

const signedText = (method: string, path: string, query: string): string =>
  [method.toUpperCase(), path, query].join('\n');

/** Returns the texts that a signer may have signed for this request: with and without stage and base path, in three encodings. */
function signedTexts({ method, path, longerPaths = [], query }: AccessRequest): string[] {
  const paths = [path, ...longerPaths];
  const queries = [rfc3986, encodeURIComponent, asForm].map((encode) => canonicalQuery(query, encode));
  return [...new Set(paths.flatMap((each) => queries.map((text) => signedText(method, each, text))))];
}

const hmac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

const isWellFormed = (pairs: Pairs): boolean =>
  pairs.every((pair) => pair.every((text) => text.isWellFormed()));

type Encoding = (text: string) => string;

/** The encoding of URLSearchParams and of PHP's `http_build_query`. */
const asForm: Encoding = (text) => new URLSearchParams([['', text]]).toString().slice(1);

const rfc3986: Encoding = (text) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
