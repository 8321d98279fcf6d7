import middy from '@middy/core';
import { callbackEndpoints } from '../lib/http/callback-endpoints.ts';
import { answerPreflight } from '../lib/http/cors.ts';
import type { HttpContext } from '../lib/http/exchange.ts';
import type { HttpResponse } from '../lib/http/http-response.ts';
import { errorPages } from '../lib/http/middlewares/error-pages.ts';
import { keyCors } from '../lib/http/middlewares/key-cors.ts';
import { omitHeadBody } from '../lib/http/middlewares/omit-head-body.ts';
import { problemErrors } from '../lib/http/middlewares/problem-errors.ts';
import { readEvent } from '../lib/http/middlewares/read-event.ts';
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
