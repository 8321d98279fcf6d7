import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { problemOf } from '../http/problem.ts';
import { asProblem } from '../http/problem-from-error.ts';
import { logFailure } from '../telemetry/log.ts';
import type { EventResult } from './receive-event.ts';

/** Returns every error as a problem object. AWS would repeat a thrown error, and ring again. */
export const problemResult = (): MiddlewareObj<unknown, EventResult, Error, Context> => ({
  onError: (invocation) => {
    const requestId = invocation.context.awsRequestId;
    const problem = asProblem(invocation.error);
    logFailure(problem, { requestId, milliseconds: {} });
    invocation.response = problemOf(problem, requestId);
  },
});
