import { services } from '../../calls/services.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { PROBLEMS, type ProblemCode } from '../../problems/problem-codes.ts';
import { problemType } from '../../problems/problem-object.ts';
import { jsonResponse } from '../http-response.ts';
import type { Handle } from '../router.ts';

/** `GET /health` */
export const showHealth: Handle = async () => jsonResponse(200, { status: 'ok' });

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

/** `GET /problems/{code}`: the `type` of a problem is the address of its description. */
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

/** `GET /openapi.json`. Returns 401 until the settings have a key. */
export const describeApi: Handle = async () => {
  const { keys } = await services.settings.get();
  if (Object.keys(keys).length === 0) {
    throw new CallbackError('credentials-missing', 'The settings have no key. Add a key, such as keys/web');
  }
  // Loaded on demand, so that it costs no cold start.
  const { openApi } = await import('../openapi.ts');
  return jsonResponse(200, openApi());
};
