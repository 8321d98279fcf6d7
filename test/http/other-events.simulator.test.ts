import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../lib/http/http-response.ts';
import { DEFAULTS } from '../../local/simulator/index.ts';
import { context } from '../support/http/callback-function.ts';
import { openFunction } from '../support/http/function-process.ts';
import { OTHER_EVENTS } from '../support/http/other-events.ts';
import { settingsFor } from '../support/http/settings.ts';

type Invoke = (event: unknown, context: Context) => Promise<unknown>;

const FUNCTIONS = {
  callback: async (): Promise<{ invoke: Invoke }> => ({
    invoke: (await import('../../functions/callback.ts')).handler,
  }),
  webhook: async (): Promise<{ invoke: Invoke }> => ({
    invoke: (await import('../../functions/webhook.ts')).handler,
  }),
};

describe.each(Object.entries(FUNCTIONS))('The HTTP function %s', (_, load) => {
  it.each(OTHER_EVENTS)(
    'answers 400 and logs one line, no metric, when it gets $name',
    async ({ event, logged }) => {
      await using opened = await openFunction({}, load);
      opened.lines.length = 0;
      const response = await opened.ways.invoke(event, context());
      expect(response).toMatchObject({
        statusCode: 400,
        headers: { 'content-type': 'application/problem+json' },
        body: expect.stringContaining('/problems/request-malformed'),
      });
      const lines = opened.lines.map((line) => JSON.parse(line));
      expect(lines).toEqual([
        expect.objectContaining({ message: 'event ignored', event: logged, requestId: expect.any(String) }),
      ]);
      expect(lines[0]).not.toMatchObject({ level: 'ERROR' });
    },
  );
});

/** Events of the three shapes with random, wrong and missing parts. */
const DAMAGED = fc
  .tuple(
    fc.constantFrom(
      { requestContext: { http: { method: 'GET' } } },
      { httpMethod: 'POST', path: '/callbacks', requestContext: {} },
      { httpMethod: 'HEAD', path: '/health', requestContext: { elb: {} } },
    ),
    fc.record(
      {
        rawPath: fc.jsonValue(),
        rawQueryString: fc.jsonValue(),
        headers: fc.jsonValue(),
        multiValueHeaders: fc.jsonValue(),
        queryStringParameters: fc.jsonValue(),
        multiValueQueryStringParameters: fc.jsonValue(),
        body: fc.jsonValue(),
        isBase64Encoded: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      { identity: fc.jsonValue(), authorizer: fc.jsonValue(), stage: fc.jsonValue(), path: fc.jsonValue() },
      { requiredKeys: [] },
    ),
  )
  .map(([shape, parts, more]) => ({
    ...shape,
    ...parts,
    requestContext: { ...more, ...shape.requestContext },
  }));

describe.each(Object.entries(FUNCTIONS))('The HTTP function %s', (_, load) => {
  it('answers 4xx or 2xx and never throws when parts of an HTTP event are missing or wrong', async () => {
    await using opened = await openFunction(
      settingsFor({ url: 'http://127.0.0.1:9', ...DEFAULTS.users[0] }),
      load,
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(DAMAGED, fc.jsonValue()), async (event) => {
        const response = (await opened.ways.invoke(event, context())) as HttpResponse;
        expect(response.statusCode).toBeGreaterThanOrEqual(200);
        expect(response.statusCode).toBeLessThan(500);
        expect(typeof response.body).toBe('string');
      }),
      { numRuns: 300 },
    );
  });
});
