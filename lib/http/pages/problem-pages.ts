import type { CallbackError } from '../../problems/callback-error.ts';
import { PROBLEMS, type ProblemCode } from '../../problems/problem-codes.ts';
import type { ProblemDescription } from '../../problems/problem-object.ts';
import { PROBLEM_TEXTS } from '../../problems/problem-texts.ts';
import { type HttpResponse, jsonResponse } from '../http-response.ts';
import { html, htmlPage, paragraph } from './html.ts';

/** Returns an error as a page for the person who followed a link. */
export function errorPage(error: CallbackError, instance: string, response: HttpResponse): HttpResponse {
  const { title } = PROBLEMS[error.code];
  const content = html`${paragraph(error.message)}
${paragraph(PROBLEM_TEXTS[error.code].action)}
<p><small>${error.code}, ${instance}</small></p>`;
  return htmlPage(title, content, response);
}

/** Returns the description of a problem as data. */
export function problemDescription(code: ProblemCode, type: string): HttpResponse {
  const description: ProblemDescription = { type, code, ...PROBLEMS[code], ...PROBLEM_TEXTS[code] };
  return jsonResponse(200, description);
}

/** Returns the description of a problem as a page. */
export function problemPage(code: ProblemCode, response: HttpResponse): HttpResponse {
  const { title, status, retryable } = PROBLEMS[code];
  const { meaning, action } = PROBLEM_TEXTS[code];
  const content = html`${paragraph(meaning)}
${paragraph(action, html`<strong>What to do:</strong> `)}
<dl>
<dt>Code</dt><dd><code>${code}</code></dd>
<dt>HTTP status</dt><dd>${status}</dd>
<dt>Retryable</dt><dd>${retryable ? 'yes: nothing rang, so the same request may be sent again' : 'no'}</dd>
</dl>`;
  return htmlPage(title, content, response);
}
