import middy from '@middy/core';
import { answerPreflight } from '../lib/http/cors.ts';
import { callbackEndpoints } from '../lib/http/endpoints.ts';
import { errorPages } from '../lib/http/error-pages.ts';
import type { HttpContext } from '../lib/http/exchange.ts';
import type { HttpResponse } from '../lib/http/http-response.ts';
import { keyCors, omitHeadBody, problemErrors, readEvent } from '../lib/http/middlewares.ts';
import { routeTo } from '../lib/http/router.ts';
import { NO_EARLY_TIMEOUT } from '../lib/shared/deadline.ts';

/** Serves every HTTP path except /webhooks. */
export const handler = middy<unknown, HttpResponse, Error, HttpContext>(NO_EARLY_TIMEOUT)
  .use(readEvent())
  .use(omitHeadBody())
  .use(keyCors())
  .use(errorPages())
  .use(problemErrors())
  .handler(routeTo(callbackEndpoints, answerPreflight));
