import { handler as callback } from '../functions/callback.ts';
import { handler as webhook } from '../functions/webhook.ts';
import type { FunctionRoute } from './server.ts';

/** The functions and their paths, as in the HTTP API on AWS. */
export const functionRoutes: readonly FunctionRoute[] = [
  { path: /^\/webhooks\//, serve: webhook },
  { path: /^/, serve: callback },
];
