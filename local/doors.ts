import { handler as callback } from '../functions/callback.ts';
import type { Door } from './server.ts';

/** Which function serves which paths, as the HTTP API's routes on AWS; the first that matches. */
export const doors: readonly Door[] = [{ path: /^/, serve: callback }];
