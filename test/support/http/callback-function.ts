import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll } from 'vitest';
import type { HttpResponse } from '../../../lib/http/http-response.ts';
import type { ParameterStoreStandIn } from '../../../local/parameter-store.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../../local/simulator/index.ts';
import { openFunction } from './function-process.ts';
import { settingsFor } from './settings.ts';

/** A request as a client writes it. */
export interface Asked {
  method?: string;
  /** Path and query as they stand in the request line. */
  url?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  sourceIp?: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Parsed, if it is JSON. */
  body: Record<string, unknown>;
  text: string;
}

export type Handler = (event: unknown, context: Context) => Promise<HttpResponse>;

/** The function `callback` with the settings in a stand-in of Parameter Store, as in a Lambda process of its own. */
export interface CallbackFunction extends AsyncDisposable {
  ask(asked: Asked): Promise<Answer>;
  handler: Handler;
  store: ParameterStoreStandIn;
  /** Another process with the same settings: it knows nothing of what this one has seen. */
  another(): Promise<Pick<CallbackFunction, 'ask' | 'handler'>>;
  /** The lines written to stdout and stderr since this was called, from all processes. */
  listen(): string[];
}

export async function openCallbackFunction(
  settings: Readonly<Record<string, unknown>>,
): Promise<CallbackFunction> {
  const { ways, another, store, lines, ...opened } = await openFunction(settings, async () => {
    const { handler } = await import('../../../functions/callback.ts');
    return {
      handler,
      ask: async (asked: Asked) => answerOf(await handler(eventOf(asked), context())),
    };
  });
  const listen = (): string[] => {
    lines.length = 0;
    return lines;
  };
  return { ...ways, ...opened, another, store, listen };
}

/** Opens the function callback with a simulator, for a whole `describe`. */
export function callbackFunctionOnSimulator(): {
  lambda: () => CallbackFunction;
  simulator: () => Simulator;
} {
  let simulator: Simulator;
  let lambda: CallbackFunction;
  beforeAll(async () => {
    simulator = await startSimulator();
    lambda = await openCallbackFunction(settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }));
  });
  afterAll(async () => {
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });
  return { lambda: () => lambda, simulator: () => simulator };
}

/** As an HTTP API hands it over. */
export function eventOf({ method = 'GET', url = '/', headers = {}, body, sourceIp }: Asked) {
  const [rawPath = '', ...query] = url.split('?');
  const text =
    body === undefined ? {} : { body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query.join('?'),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    isBase64Encoded: false,
    ...text,
    requestContext: {
      ...{
        accountId: '123456789012',
        apiId: 'a1b2c3d4e5',
        domainName: 'api.example.com',
        domainPrefix: 'api',
      },
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: sourceIp ?? '203.0.113.7',
        userAgent: 'test',
      },
      ...{ requestId: randomUUID(), routeKey: '$default', stage: '$default', time: '', timeEpoch: 0 },
    },
  };
}

export const context = (): Context =>
  ({ awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 30_000 }) as Context;

export const answerOf = ({ statusCode, headers, body }: HttpResponse): Answer => ({
  status: statusCode,
  headers,
  body: /json$/.test(headers['content-type'] ?? '') && body !== '' ? JSON.parse(body) : {},
  text: body,
});

/** The code that a problem's `type` ends with. */
export const codeOf = ({ body }: Answer): string => String(body['type']).replace('/problems/', '');
