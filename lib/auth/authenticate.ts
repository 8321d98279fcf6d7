import { CallbackError } from '../problems/callback-error.ts';
import { mayComeFrom } from './address-list.ts';
import { bearer, token } from './bearer-key.ts';
import {
  type AccessRequest,
  type Admitted,
  authorizationOf,
  invalidCredentials,
  type Keys,
  type Via,
} from './credentials.ts';
import { iam } from './iam.ts';
import { LINK_PARAMETERS, signedLink } from './signed-link.ts';

type Check = (request: AccessRequest, keys: Keys, nowSeconds: number) => Admitted;

const CHECKS: Readonly<Record<Via, Check>> = { bearer, link: signedLink, token, iam };

/**
 * Finds the key of a request and checks its credentials and its address. A request with two kinds of credentials is
 * refused, because AWS and this function could each check a different kind.
 *
 * @param nowSeconds Unix time in seconds.
 * @throws CallbackError credentials-missing, credentials-invalid, link-expired, source-not-allowed.
 */
export function authenticate(
  request: AccessRequest,
  keys: Keys,
  nowSeconds: number,
): Admitted & { via: Via } {
  if (Object.keys(keys).length === 0) {
    throw new CallbackError(
      'credentials-missing',
      'The settings have no key yet. Add a key, such as keys/web',
    );
  }
  const [via, another] = kindsIn(request);
  if (via === undefined) {
    throw new CallbackError(
      'credentials-missing',
      'Send Authorization: Bearer <keyId>.<secret>, or use a signed link',
    );
  }
  if (another !== undefined) {
    throw invalidCredentials(`Send one kind of credentials. This request has two: ${via}, ${another}`);
  }
  const admitted = CHECKS[via](request, keys, nowSeconds);
  // Checked last, so that a caller without the secret learns nothing about the addresses.
  if (!mayComeFrom(admitted.key.from, request.sourceIp)) {
    throw new CallbackError(
      'source-not-allowed',
      'This key may not be used from this network. See "from" of the key',
    );
  }
  return { ...admitted, via };
}

function kindsIn(request: AccessRequest): Via[] {
  const kinds: Via[] = [];
  if (request.principal) kinds.push('iam');
  if (authorizationOf(request) !== '' && !isSignatureOfAws(request)) kinds.push('bearer');
  if (request.query.some(([name]) => LINK_PARAMETERS.includes(name))) kinds.push('link');
  if (request.query.some(([name]) => name === 'token')) kinds.push('token');
  return kinds;
}

/** Returns whether the header has a signature of IAM. If there is a principal, AWS has checked the signature. */
const isSignatureOfAws = (request: AccessRequest): boolean =>
  Boolean(request.principal) && /^AWS4-[A-Z0-9-]+ /.test(authorizationOf(request));
