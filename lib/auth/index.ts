export { authenticate } from './authenticate.ts';
export { sameSecret } from './bearer-key.ts';
export { clientAddress } from './client-address.ts';
export type { AccessRequest, Admitted, Keys } from './credentials.ts';
export { mayDo, mayUseRoute } from './permissions.ts';
export { signLink } from './signed-link.ts';
