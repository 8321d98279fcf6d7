import { CallbackError } from '../../problems/callback-error.ts';
import { PROBLEMS, type ProblemCode } from '../../problems/problems.ts';
import { problemType } from '../problem.ts';
import type { Handle } from '../router.ts';

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

/** `GET /problems/{code}`: the `type` of a problem is the address of its description. Public. */
export const showProblem: Handle = async (exchange, { parameters }) => {
  const code = parameters['code'] ?? '';
  if (!isProblemCode(code)) {
    throw new CallbackError('not-found', 'No problem has this code. The codes are in /openapi.json');
  }
  // Loaded on demand, so that it costs no cold start.
  const { problemDescription, problemPage } = await import('../pages/problem-pages.ts');
  const description = problemDescription(code, problemType(code, exchange.basePath));
  return exchange.forBrowser ? problemPage(code, description) : description;
};
