import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

/** The timeout of the function `callback` in serverless.yml. The timeout of the function `webhook` is 10 s on AWS. */
const FUNCTION_TIMEOUT_MS = 29_000;

/** Returns the event for a request: payload format 2.0 of an HTTP API of API Gateway, stage `$default`. */
export function httpApiEvent(request: IncomingMessage, body: Buffer, requestId: string) {
  const { method = 'GET', url = '/', httpVersion, headersDistinct } = request;
  // The class URL would read `//host/path` as another host, and would normalise the path.
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
    // API Gateway encodes only the bodies of some content types. The functions must accept both forms.
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
