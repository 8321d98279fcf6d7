import { handler as callback } from '../functions/callback.ts';
import { handler as webhook } from '../functions/webhook.ts';
import type { Door } from './server.ts';

/** Which function serves which paths, as the HTTP API's routes on AWS; the first that matches. */
export const doors: readonly Door[] = [
  { path: /^\/webhooks\//, serve: webhook },
  { path: /^/, serve: callback },
];
