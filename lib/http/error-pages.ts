import { asProblem } from '../problems/problem-from-error.ts';
import type { HttpMiddleware } from './middlewares.ts';

/**
 * Shows an error as a page, if the response is for a browser. Separate from middlewares.ts, so that the
 * function `webhook` contains no pages.
 */
export const errorPages = (): HttpMiddleware => ({
  onError: async (invocation) => {
    const { context, error, response } = invocation;
    if (!context.exchange?.forBrowser || !response) return;
    // Loaded on demand, so that it costs no cold start.
    const { errorPage } = await import('./pages/problem-pages.ts');
    invocation.response = errorPage(asProblem(error), context.awsRequestId, response);
  },
});
