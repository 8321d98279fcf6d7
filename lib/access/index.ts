export { authenticate, mayUseRoute } from './authenticate.ts';
export type { Access, AccessCode, AccessRequest, Admitted, Keys, Refused, Via } from './request.ts';
export { type Link, signLink } from './signed-link.ts';
