import middy from '@middy/core';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { receiveMessage } from '../lib/events/receive-event.ts';
import { NO_EARLY_TIMEOUT } from '../lib/shared/deadline.ts';

/** Places the callbacks that the messages of the stack's SQS queue request. */
export const handler = middy<unknown, SQSBatchResponse, Error, Context>(NO_EARLY_TIMEOUT).handler(
  receiveMessage,
);
