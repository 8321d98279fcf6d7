import { asProblem } from '../problem-from-error.ts';
import type { HttpMiddleware } from './middleware.ts';

/** Shows an error as a page, if the endpoint has marked the exchange as one for a browser. */
export const errorPages = (): HttpMiddleware => ({
  onError: async (invocation) => {
    const { context, error, internal, response } = invocation;
    if (!internal.exchange?.forBrowser || !response) return;
    // Loaded on demand, so that it costs no cold start.
    const { errorPage } = await import('../pages/problem-pages.ts');
    invocation.response = errorPage(asProblem(error), context.awsRequestId, response);
  },
});
