import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AjamError } from '../../lib/ajam/index.ts';
import { problemResponse } from '../../lib/http/http-response.ts';
import { CallbackError } from '../../lib/problems/callback-error.ts';
import { pbxError } from '../../lib/problems/pbx-error.ts';
import { PROBLEMS, type ProblemCode } from '../../lib/problems/problem-codes.ts';
import { asProblem } from '../../lib/problems/problem-from-error.ts';
import { PROBLEM_TEXTS } from '../../lib/problems/problem-texts.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';

const docs = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');

function settingsError(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return error;
  }
}

describe('docs/problems.md', () => {
  it('has one row for every code, with the texts that GET /problems/{code} serves', () => {
    const written = docs
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.replace(/ +/g, ' '));
    const expected = Object.entries(PROBLEMS).map(([code, { status, retryable }]) => {
      const { meaning, action } = PROBLEM_TEXTS[code as ProblemCode];
      return `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${meaning} | ${action} |`;
    });
    expect(written.toSorted()).toEqual(expected.toSorted());
  });

  it('shows a problem as the function returns it', () => {
    const { title, status } = PROBLEMS['destination-not-allowed'];
    expect(docs).toContain(`"title": "${title}",\n  "status": ${status},`);
  });
});

describe('A failure', () => {
  it('of an unexpected kind reveals nothing to the caller', () => {
    const { body } = problemResponse(asProblem(new TypeError('secret-0123 at /var/task')), 'r-1');
    expect(JSON.parse(body)).toEqual({
      type: '/problems/internal-error',
      code: 'internal-error',
      title: 'An unexpected error',
      status: 500,
      detail: 'The reason is in the log under the request id',
      instance: 'r-1',
      retryable: false,
    });
  });

  it.each([
    ['that nobody has put there yet', {}],
    [
      'with a parameter of no known kind alone',
      { 'pbx/main/url': 'https://pbx.example.com', 'route/sales': {} },
    ],
  ])('of settings %s tells the caller only to look into the log', (_what, flat) => {
    const error = settingsError(() => parseSettings(flat, { path: '/asterisk-callback/prod' }));
    const { detail } = JSON.parse(problemResponse(asProblem(error), 'r-1').body);
    expect(detail).toMatch(/^(Look at pbx\/main\/\w+( and \d more)?\. )?The reason is in the log/);
  });

  it('of the settings names the parameter, but neither its path nor its value', () => {
    const flat = { 'pbx/main/url': 'ftp://pbx.example.com', 'routes/default': { channel: 'PJSIP/boss' } };
    const error = settingsError(() => parseSettings(flat, { path: '/asterisk-callback/prod' }));
    const { body } = problemResponse(asProblem(error), 'r-1');
    expect(JSON.parse(body).detail).toMatch(/^Look at (pbx|routes|keys)\/[a-z/]+ and \d more\. /);
    expect(body).not.toMatch(/asterisk-callback|prod|example\.com|boss/);
  });

  it('to reach the PBX reveals no address and has Retry-After', () => {
    const error = pbxError(
      new AjamError('AJAM_UNREACHABLE', 'No connection to pbx.example.com:8089'),
      'main',
    );
    const { body, headers } = problemResponse(asProblem(error), 'r-1');
    expect(body).not.toContain('example.com');
    expect(headers).toMatchObject({ 'retry-after': '5' });
  });

  it('that Asterisk explained has its message', () => {
    const error = new CallbackError(
      'pbx-refused',
      'PBX main: Asterisk refused Originate: Extension does not exist.',
      {
        asteriskMessage: 'Extension does not exist.',
      },
    );
    expect(JSON.parse(problemResponse(asProblem(error), 'r-1').body)).toMatchObject({
      asterisk: { message: 'Extension does not exist.' },
    });
  });
});
