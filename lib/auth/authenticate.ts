import type { KeySettings } from '../settings/settings.ts';
import { mayComeFrom } from './address-list.ts';
import { bearer, token } from './bearer.ts';
import { type Access, type AccessRequest, type Keys, own, refuse, type Via } from './credentials.ts';
import { iam } from './principal.ts';
import { LINK_PARAMETERS, signedLink } from './signed-link.ts';

/**
 * Who asks. Exactly one kind of credentials, or nobody: with two, what one layer checked may not be what another
 * goes by.
 *
 * @param nowSeconds Unix time in seconds.
 */
export function authenticate(request: AccessRequest, keys: Keys, nowSeconds: number): Access {
  if (Object.keys(keys).length === 0) {
    return refuse('credentials-missing', 'No key is configured yet: put one under keys/ of the settings');
  }
  const [via, another] = kindsIn(request);
  if (via === undefined) {
    return refuse('credentials-missing', 'Send Authorization: Bearer <keyId>.<secret>, or use a signed link');
  }
  if (another !== undefined) {
    return refuse(
      'credentials-invalid',
      `Send one kind of credentials; this request has two: ${via}, ${another}`,
    );
  }
  const access = prove(via, request, keys, nowSeconds);
  // Last, so that the network is no clue to who does not know the secret.
  if (access.ok && !mayComeFrom(access.key.from, request.sourceIp)) {
    return refuse('source-not-allowed', 'This key may not be used from this network: see "from" of the key');
  }
  return access;
}

/** Without `routes`, a key is for all of them. */
export const mayUseRoute = (key: KeySettings, route: string): boolean =>
  key.routes === undefined || key.routes.includes(route);

function prove(via: Via, request: AccessRequest, keys: Keys, nowSeconds: number): Access {
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

/** IAM's own signature stands in the same header; it has been checked where there is a principal. */
const isSignatureOfAws = (request: AccessRequest): boolean =>
  Boolean(request.principal) && /^AWS4-[A-Z0-9-]+ /.test(authorizationOf(request));

const authorizationOf = ({ headers }: AccessRequest): string => own(headers, 'authorization') ?? '';

const valuesOf = ({ query }: AccessRequest, wanted: string): string[] =>
  query.filter(([name]) => name === wanted).map(([, value]) => value);
