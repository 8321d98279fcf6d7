import { mayComeFrom } from './address-list.ts';
import { bearer, token } from './bearer-key.ts';
import { type Access, type AccessRequest, type Keys, own, refuse, type Via } from './credentials.ts';
import { iam } from './iam.ts';
import { LINK_PARAMETERS, signedLink } from './signed-link.ts';

/**
 * Finds the key of a request and checks its credentials and its address. A request with two kinds of credentials is
 * refused, because two components could each check another kind.
 *
 * @param nowSeconds Unix time in seconds.
 */
export function authenticate(request: AccessRequest, keys: Keys, nowSeconds: number): Access {
  if (Object.keys(keys).length === 0) {
    return refuse('credentials-missing', 'No key is configured yet. Add one to the settings, under keys/');
  }
  const [via, another] = kindsIn(request);
  if (via === undefined) {
    return refuse('credentials-missing', 'Send Authorization: Bearer <keyId>.<secret>, or use a signed link');
  }
  if (another !== undefined) {
    return refuse(
      'credentials-invalid',
      `Send one kind of credentials. This request has two: ${via}, ${another}`,
    );
  }
  const access = check(via, request, keys, nowSeconds);
  // Checked last, so that a caller without the secret learns nothing from it.
  if (access.ok && !mayComeFrom(access.key.from, request.sourceIp)) {
    return refuse('source-not-allowed', 'This key may not be used from this network. See "from" of the key');
  }
  return access;
}

function check(via: Via, request: AccessRequest, keys: Keys, nowSeconds: number): Access {
  switch (via) {
    case 'bearer':
      return bearer(authorizationOf(request), keys);
    case 'link':
      return signedLink(request, keys, nowSeconds);
    case 'token':
      return token(valuesOf(request, 'token'), keys);
    case 'iam':
      return iam(request.principal ?? '', keys);
  }
}

function kindsIn(request: AccessRequest): Via[] {
  const kinds: Via[] = [];
  if (request.principal) kinds.push('iam');
  if (authorizationOf(request) !== '' && !isSignatureOfAws(request)) kinds.push('bearer');
  if (request.query.some(([name]) => LINK_PARAMETERS.includes(name))) kinds.push('link');
  if (valuesOf(request, 'token').length > 0) kinds.push('token');
  return kinds;
}

/** The signature of IAM is in the same header. If there is a principal, AWS has checked it. */
const isSignatureOfAws = (request: AccessRequest): boolean =>
  Boolean(request.principal) && /^AWS4-[A-Z0-9-]+ /.test(authorizationOf(request));

const authorizationOf = ({ headers }: AccessRequest): string => own(headers, 'authorization') ?? '';

const valuesOf = ({ query }: AccessRequest, wanted: string): string[] =>
  query.filter(([name]) => name === wanted).map(([, value]) => value);
