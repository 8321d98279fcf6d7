import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CallbackError } from '../../lib/problems/callback-error.ts';
import { log, logFailure } from '../../lib/telemetry/log.ts';

const NUMBER = '+7 (495) 123-45-67';
const MASKED = '+* (***) ***-**-67';

let written: string;
beforeEach(() => {
  written = '';
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
});

describe('logFailure', () => {
  it('masks a phone number in the message, in the fields, in the hint and in the words of Asterisk', () => {
    const problem = new CallbackError('pbx-refused', `Asterisk refused ${NUMBER}`, {
      hint: `Look at extension ${NUMBER}`,
      errors: [{ field: 'to', message: `${NUMBER} is wrong` }],
      asteriskMessage: `Extension ${NUMBER} does not exist.`,
      cause: new Error(`Message: ${NUMBER}`),
    });
    logFailure(problem, { requestId: 'r', milliseconds: {} });
    expect(JSON.parse(written.split('\n')[0] ?? '')).toMatchObject({
      level: 'WARN',
      message: 'refused',
      detail: `Asterisk refused ${MASKED}`,
      hint: `Look at extension ${MASKED}`,
      cause: `Error: Message: ${MASKED}`,
    });
    expect(problem).toMatchObject({
      errors: [{ message: `${MASKED} is wrong` }],
      asteriskMessage: `Extension ${MASKED} does not exist.`,
    });
    expect(written).not.toContain('123-45');
  });

  it('logs an unexpected error with its stack, in which places stay readable', () => {
    const cause = new TypeError(`No call to ${NUMBER}`);
    logFailure(new CallbackError('internal-error', 'Something failed', { cause }), { milliseconds: {} });
    const { cause: logged } = JSON.parse(written.split('\n')[0] ?? '');
    expect(logged).toContain(`TypeError: No call to ${MASKED}`);
    expect(logged).toMatch(/log\.test\.ts:\d+:\d+/);
  });
});

describe('log', () => {
  it('masks phone numbers in nested values, lists and errors', () => {
    log.warn(`Message to ${NUMBER}`, {
      list: ['3200', NUMBER],
      nested: { deeper: { text: `x${NUMBER}x` } },
      error: new Error(NUMBER),
    });
    expect(JSON.parse(written)).toMatchObject({
      message: `Message to ${MASKED}`,
      list: ['3200', MASKED],
      nested: { deeper: { text: `x${MASKED}x` } },
      error: { message: MASKED },
    });
    expect(written).not.toContain('123-45');
  });

  it('leaves times, ids and addresses readable', () => {
    const fields = {
      requestId: 'f41010c4-1234-4567-8901-446655440000',
      id: 'cb_01234567890123456789012345678901',
      cause: 'connect ECONNREFUSED 203.0.113.77:8089',
      record: 'contact 1269000000012345',
    };
    log.info('callback', fields);
    expect(JSON.parse(written)).toMatchObject({
      ...fields,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });
});
