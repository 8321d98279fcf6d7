import { createHmac, timingSafeEqual } from 'node:crypto';
import { NO_SECRET } from './bearer.ts';
import { type Access, type AccessRequest, type Keys, own, refuse } from './credentials.ts';

type Pairs = AccessRequest['query'];

export const LINK_PARAMETERS: readonly string[] = ['key', 'exp', 'sig'];
/** A link for longer is a typing error, most likely milliseconds. */
const MAX_LIFE_SECONDS = 10 * 366 * 24 * 3600;

export interface Link {
  method: string;
  /** As requests will carry it, without the query. */
  path: string;
  query: Pairs;
  keyId: string;
  secret: string;
  /** Unix time in seconds; from then on the link is refused. */
  expiresAt: number;
}

/**
 * The whole query string of a signed link: what was given, `key`, `exp` and `sig`.
 *
 * @throws TypeError for what could not be checked later.
 */
export function signLink({ method, path, query, keyId, secret, expiresAt }: Link): string {
  if (query.some(([name]) => LINK_PARAMETERS.includes(name) || name === 'token')) {
    throw new TypeError('A link is signed without key, exp, sig and token in its query: they are added');
  }
  if (!Number.isSafeInteger(expiresAt) || expiresAt <= 0 || secret === '') {
    throw new TypeError('A link needs a secret, and an expiry in whole seconds of Unix time');
  }
  const pairs: Pairs = [...query, ['key', keyId], ['exp', String(expiresAt)]];
  if (!isWellFormed(pairs)) throw new TypeError('The query of a link must be well-formed Unicode');
  return `${canonicalQuery(pairs)}&sig=${signature(secret, method, path, pairs)}`;
}

/**
 * What a signature covers: method in capitals, path as it stands, and the query, joined by line feeds.
 *
 * The query: every decoded name and value in UTF-8, percent-encoded but for the unreserved characters of RFC 3986
 * (letters, digits, `-._~`), sorted by encoded name and then encoded value in byte order, as `name=value` joined by
 * `&`; `sig` left out. So the order of parameters and the way a client escapes them do not matter, and nothing can be
 * added. A body is not covered: sign a GET to allow one call and no other.
 */
const canonicalQuery = (pairs: Pairs, encode: Encoding = rfc3986): string =>
  pairs
    .filter(([name]) => name !== 'sig')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** Checks key, exp and sig of a request. That it expired is said only of a link that was right. */
export function signedLink(request: AccessRequest, keys: Keys, nowSeconds: number): Access {
  const wrong = refuse(
    'credentials-invalid',
    'The link is not signed by a known key, or was changed: the signature covers the method, the path and the sorted query',
  );
  const [keyId, exp, sig] = LINK_PARAMETERS.map((name) => onlyValue(request.query, name));
  if (keyId === undefined || exp === undefined || sig === undefined) {
    return refuse('credentials-invalid', 'A signed link has key, exp and sig, each of them once');
  }
  if (!/^[1-9][0-9]{0,14}$/.test(exp) || !isWellFormed(request.query)) return wrong;

  const key = own(keys, keyId);
  const signatures = readings(request).map((text) => hmac(key?.secret || NO_SECRET, text));
  // The texts, not the bytes they stand for: base64url has spare bits, and four texts would be right.
  if (!signatures.some((expected) => sameText(sig, expected)) || !key?.secret) return wrong;

  const expiresAt = Number(exp);
  if (expiresAt > nowSeconds + MAX_LIFE_SECONDS) {
    return refuse('credentials-invalid', '"exp" is Unix time in seconds, at most ten years ahead');
  }
  if (expiresAt <= nowSeconds) return refuse('link-expired', 'The link has expired: ask for a new one');
  return { ok: true, keyId, key, via: 'link' };
}

function onlyValue(query: Pairs, wanted: string): string | undefined {
  const values = query.filter(([name]) => name === wanted);
  return values.length === 1 ? values[0]?.[1] : undefined;
}

const signature = (secret: string, method: string, path: string, pairs: Pairs): string =>
  hmac(secret, signedText(method, path, canonicalQuery(pairs)));

const signedText = (method: string, path: string, query: string): string =>
  [method.toUpperCase(), path, query].join('\n');

/** Each means this very request: what signs elsewhere may write its path with the stage, and leave other marks unescaped. */
function readings({ method, path, longerPaths = [], query }: AccessRequest): string[] {
  const paths = [path, ...longerPaths];
  const queries = [rfc3986, encodeURIComponent, asForm].map((encode) => canonicalQuery(query, encode));
  return [...new Set(paths.flatMap((each) => queries.map((text) => signedText(method, each, text))))];
}

const hmac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

function sameText(presented: string, expected: string): boolean {
  const [a, b] = [Buffer.from(presented), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const isWellFormed = (pairs: Pairs): boolean =>
  pairs.every((pair) => pair.every((text) => text.isWellFormed()));

type Encoding = (text: string) => string;

/** As `http_build_query` of PHP and URLSearchParams write it. */
const asForm: Encoding = (text) => new URLSearchParams([['', text]]).toString().slice(1);

const rfc3986: Encoding = (text) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
