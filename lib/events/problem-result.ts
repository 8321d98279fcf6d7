import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { PROBLEMS } from '../problems/problem-codes.ts';
import { asProblem } from '../problems/problem-from-error.ts';
import { problemOf } from '../problems/problem-object.ts';
import { logFailure } from '../telemetry/log.ts';
import type { EventResult } from './receive-event.ts';
import { throwsProblems } from './request-in-event.ts';

/** AWS writes this error to the log and to the failure destination. Phone numbers in its message are masked. */
class EventNotPlaced extends Error {
  override readonly name = 'EventNotPlaced';
}

/**
 * Returns errors as problem objects. Throws a retryable problem if `throwsProblems` is true for the event. AWS then repeats the
 * event, with the same idempotency key, or sends the event to the failure destination.
 */
export const problemResult = (): MiddlewareObj<unknown, EventResult, Error, Context> => ({
  onError: (invocation) => {
    const requestId = invocation.context.awsRequestId;
    const problem = asProblem(invocation.error);
    logFailure(problem, { requestId, milliseconds: {} });
    if (PROBLEMS[problem.code].retryable && throwsProblems(invocation.event)) {
      // middy throws this error. A `throw` here would let middy add the first error, which may contain the whole number.
      invocation.error = new EventNotPlaced(`${problem.code}: ${problem.message}`);
      return;
    }
    invocation.response = problemOf(problem, requestId);
  },
});
