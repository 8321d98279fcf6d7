import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

/** What serverless.yml gives the function `callback`; on AWS a webhook has 10 s. */
const FUNCTION_TIMEOUT_MS = 29_000;

/** A request as an HTTP API of API Gateway hands it to a function (payload 2.0, stage `$default`). */
export function httpApiEvent(request: IncomingMessage, body: Buffer, requestId: string) {
  const { method = 'GET', url = '/', httpVersion, headersDistinct } = request;
  // Cut by hand: URL would take `//host/path` for another host, and tidy up what the function should see as it came.
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
    // API Gateway does so for some content types only; that way the function is ready for all of them.
    ...(body.length > 0 && { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  } satisfies APIGatewayProxyEventV2;
}

/** What of Lambda's context is told to a function that begins now. */
export function lambdaContext(requestId: string = randomUUID()): Context {
  const until = Date.now() + FUNCTION_TIMEOUT_MS;
  const neverUsed = () => {
    throw new Error('The functions answer with a promise');
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
