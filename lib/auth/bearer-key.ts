import {
  type AccessRequest,
  type Admitted,
  authorizationOf,
  invalidCredentials,
  type Keys,
  onlyValue,
  own,
} from './credentials.ts';
import { sameSecret } from './same-secret.ts';

/** A key id has no dot, so the first dot ends it. */
const CREDENTIAL = /^([A-Za-z0-9_-]{1,64})\.([\x21-\x7e]{1,1024})$/;

/** Checks `Authorization: Bearer <keyId>.<secret>`. */
export function bearer(request: AccessRequest, keys: Keys): Admitted {
  const credential = /^Bearer +(\S+)$/i.exec(authorizationOf(request))?.[1];
  if (credential === undefined) {
    throw invalidCredentials('The Authorization header must be "Bearer", a space, and <keyId>.<secret>');
  }
  return withSecret(credential, keys);
}

/** Checks `?token=<keyId>.<secret>`, for systems that can only request a fixed URL. */
export function token(request: AccessRequest, keys: Keys): Admitted {
  const credential = onlyValue(request, 'token');
  if (credential === undefined) throw invalidCredentials('Send "token" once');
  const admitted = withSecret(credential, keys);
  // Checked last, so that a caller without the secret does not learn whether the key has `inUrl`.
  if (admitted.key.inUrl !== true) {
    throw invalidCredentials(
      'This key is not allowed in a URL, because URLs are logged. Send the key as Authorization: Bearer, or let the owner of the key set "inUrl"',
    );
  }
  return admitted;
}

function withSecret(credential: string, keys: Keys): Admitted {
  const [, keyId = '', presented = ''] = CREDENTIAL.exec(credential) ?? [];
  const key = own(keys, keyId);
  const isRight = sameSecret(presented, key?.secret);
  if (key === undefined || !isRight) {
    throw invalidCredentials('The key id or the secret is wrong');
  }
  return { keyId, key };
}
