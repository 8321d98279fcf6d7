import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { problemResult } from '../lib/events/problem-result.ts';
import { type EventResult, receiveEvent } from '../lib/events/receive-event.ts';
import { NO_EARLY_TIMEOUT } from '../lib/shared/deadline.ts';

/** Places callbacks for schedules, EventBridge rules, SQS queues and direct invocations. */
export const handler = middy<unknown, EventResult, Error, Context>(NO_EARLY_TIMEOUT)
  .use(problemResult())
  .handler(receiveEvent);
