import { logFailure } from '../../telemetry/log.ts';
import { problemResponse } from '../http-response.ts';
import { asProblem } from '../problem-from-error.ts';
import type { HttpMiddleware } from './middleware.ts';

/** Turns every error into a problem object (RFC 9457) and logs it. */
export const problemErrors = (): HttpMiddleware => ({
  onError: (invocation) => {
    const { context, error, internal } = invocation;
    const problem = asProblem(error);
    const trace = internal.exchange?.trace ?? { requestId: context.awsRequestId, milliseconds: {} };
    logFailure(problem, trace);
    invocation.response = problemResponse(problem, context.awsRequestId, internal.exchange?.basePath);
  },
});
