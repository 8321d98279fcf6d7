import middy from '@middy/core';
import type { HttpContext } from '../lib/http/exchange.ts';
import type { HttpResponse } from '../lib/http/http-response.ts';
import { omitHeadBody, problemErrors, readEvent } from '../lib/http/middlewares.ts';
import { routeTo } from '../lib/http/router.ts';
import { NO_EARLY_TIMEOUT } from '../lib/shared/deadline.ts';
import { webhookEndpoints } from '../lib/webhooks/webhook-endpoints.ts';

/** Receives the webhooks of CRMs and other senders. */
export const handler = middy<unknown, HttpResponse, Error, HttpContext>(NO_EARLY_TIMEOUT)
  .use(readEvent())
  .use(omitHeadBody())
  .use(problemErrors())
  .handler(routeTo(webhookEndpoints));
