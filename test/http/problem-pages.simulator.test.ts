import { describe, expect, it } from 'vitest';
import { PROBLEMS, type ProblemCode } from '../../lib/problems/problem-codes.ts';
import { PROBLEM_TEXTS } from '../../lib/problems/problem-texts.ts';
import {
  answerOf,
  callbackFunctionOnSimulator,
  codeOf,
  context,
  eventOf,
} from '../support/http/callback-function.ts';
import { json } from '../support/http/settings.ts';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('GET /problems/{code}', () => {
  const { lambda } = callbackFunctionOnSimulator();

  it.each(CODES)('describes %s to programs without credentials', async (code) => {
    const { status, headers, body } = await lambda().ask({ url: `/problems/${code}` });
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'application/json' });
    expect(body).toEqual({ type: `/problems/${code}`, code, ...PROBLEMS[code], ...PROBLEM_TEXTS[code] });
  });

  it.each(CODES)('describes %s to people when a browser asks', async (code) => {
    const { status, headers, text } = await lambda().ask({ url: `/problems/${code}`, headers: BROWSER });
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
    });
    expect(text).toContain(`<h1>${PROBLEMS[code].title}</h1>`);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
  });

  it.each(['constructor', '__proto__', 'toString', 'nothing', '%3Cscript%3E', 'internal-error%00'])(
    'answers 404 for the code %s',
    async (code) => {
      const url = `/problems/${code}`;
      expect(codeOf(await lambda().ask({ url }))).toBe('not-found');
      const page = await lambda().ask({ url, headers: BROWSER });
      expect(page).toMatchObject({ status: 404, headers: { 'content-type': 'text/html; charset=utf-8' } });
      expect(page.text).not.toMatch(/<script/);
    },
  );

  it('answers 405 with the methods that it has when something is posted', async () => {
    const answer = await lambda().ask({ method: 'POST', url: '/problems/not-found', headers: json });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });
});

describe('The type of a problem and the Location of a callback', () => {
  const { lambda } = callbackFunctionOnSimulator();

  /** An HTTP API writes the stage before the path. A custom domain adds a base path. */
  const ask = async (path: string, stage = '$default', method = 'POST', body?: string) => {
    const event = eventOf({ method, url: path, headers: json, ...(body !== undefined && { body }) });
    Object.assign(event.requestContext, { stage });
    return answerOf(await lambda().handler(event, context()));
  };

  it.each([
    ['', '$default'],
    ['/prod', 'prod'],
    ['/telephony', '$default'],
    ['/v1/telephony', '$default'],
    ['/prod/telephony', 'prod'],
  ])('lead back to the function below %j', async (base, stage) => {
    const refused = await ask(`${base}/callbacks`, stage, 'POST', '{}');
    const type = String(refused.body['type']);
    expect(type).toBe(`${base}/problems/request-invalid`);
    expect(await ask(type, stage, 'GET')).toMatchObject({
      status: 200,
      body: { code: 'request-invalid', type },
    });

    const placed = await ask(`${base}/callbacks`, stage, 'POST', '{"to":"84951234567","agent":"3200"}');
    const location = placed.headers['location'] ?? '';
    expect(location).toBe(`${base}/callbacks/${placed.body['id']}`);
    expect(await ask(location, stage, 'GET')).toMatchObject({ status: 200, body: { id: placed.body['id'] } });
  });

  it('do not repeat a base path that the client made up', async () => {
    const refused = await ask('/"><script>/callbacks', '$default', 'POST', '{}');
    expect(refused.body['type']).toBe('/problems/not-found');
  });
});
