import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

/** As serverless.yml has it for the function `callback`. On AWS the function `webhook` has 10 s. */
const FUNCTION_TIMEOUT_MS = 29_000;

/** Returns a request as an HTTP API of API Gateway passes it to a function (payload 2.0, stage `$default`). */
export function httpApiEvent(request: IncomingMessage, body: Buffer, requestId: string) {
  const { method = 'GET', url = '/', httpVersion, headersDistinct } = request;
  // Split by hand: URL would read `//host/path` as another host, and normalise the path.
  const [rawPath = '/', ...query] = url.split('?');
  const headers = Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(',')]),
  );
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query.join('?'),
    headers,
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: headers['host'] ?? '',
      domainPrefix: '',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    // API Gateway encodes only some content types. Encoding all of them tests the harder case.
    ...(body.length > 0 && { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  } satisfies APIGatewayProxyEventV2;
}

/** Returns the context of an invocation that begins now. */
export function lambdaContext(
  requestId: string = randomUUID(),
  timeoutMs: number = FUNCTION_TIMEOUT_MS,
): Context {
  const until = Date.now() + timeoutMs;
  const neverUsed = () => {
    throw new Error('The functions return a promise');
  };
  return {
    awsRequestId: requestId,
    functionName: 'local',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:local:000000000000:function:local',
    memoryLimitInMB: '512',
    logGroupName: 'local',
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, until - Date.now()),
    done: neverUsed,
    fail: neverUsed,
    succeed: neverUsed,
  };
}
