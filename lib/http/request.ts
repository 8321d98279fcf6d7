import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda';

type HttpApiContext = {
  stage?: string;
  requestId?: string;
  http: { method: string; sourceIp: string };
  authorizer?: { iam?: { userArn?: string } };
};
type HttpApiEvent = APIGatewayProxyEventV2WithRequestContext<HttpApiContext>;

/** Every shape in which HTTP reaches a Lambda function; a function URL sends the HTTP API's. */
export type HttpEvent = HttpApiEvent | APIGatewayProxyEvent | ALBEvent;

/** One HTTP request, whoever handed it over. */
export interface HttpRequest {
  method: string;
  /** Without the stage. */
  path: string;
  /** Decoded pairs in the order of the URL; a name may repeat. */
  query: [name: string, value: string][];
  /** Names in lower case; values that repeat are joined with a comma. */
  headers: Record<string, string>;
  body: Buffer;
  sourceIp: string;
  /** The ARN of a caller that AWS has authenticated. */
  principal: string | undefined;
  requestId: string;
}

// A REST API behind a custom domain has a rawPath too: only `requestContext.http` tells payload 2.0.
const isHttpApi = (event: HttpEvent): event is HttpApiEvent => 'http' in event.requestContext;
const isAlb = (event: HttpEvent): event is ALBEvent => 'elb' in event.requestContext;

export function readHttpRequest(event: HttpEvent): HttpRequest {
  if (isHttpApi(event)) return fromHttpApi(event);
  return isAlb(event) ? fromAlb(event) : fromRestApi(event);
}

function fromHttpApi(event: HttpApiEvent): HttpRequest {
  const { http, stage, requestId, authorizer } = event.requestContext;
  return {
    method: http.method,
    path: withoutStage(event.rawPath, stage),
    query: [...new URLSearchParams(event.rawQueryString)],
    headers: lowerCased(event.headers),
    body: bodyOf(event),
    sourceIp: http.sourceIp,
    principal: authorizer?.iam?.userArn,
    requestId: requestId ?? '',
  };
}

function fromRestApi(event: APIGatewayProxyEvent): HttpRequest {
  const { identity, stage, requestId } = event.requestContext;
  const query = event.multiValueQueryStringParameters ?? listed(event.queryStringParameters);
  return {
    method: event.httpMethod,
    path: withoutStage(event.path, stage),
    query: pairs(query),
    headers: lowerCased({ ...joined(event.multiValueHeaders), ...event.headers }),
    body: bodyOf(event),
    sourceIp: identity.sourceIp,
    principal: identity.userArn ?? undefined,
    requestId,
  };
}

function fromAlb(event: ALBEvent): HttpRequest {
  const headers = lowerCased({ ...joined(event.multiValueHeaders), ...event.headers });
  const query = event.multiValueQueryStringParameters ?? listed(event.queryStringParameters);
  return {
    method: event.httpMethod,
    path: event.path,
    // Unlike API Gateway, a load balancer hands the query on as it came, still encoded.
    query: pairs(query).map(([name, value]) => [decodeQuery(name), decodeQuery(value)]),
    headers,
    body: bodyOf(event),
    // The load balancer appends the peer it saw; what stands before that anybody can have written.
    sourceIp: headers['x-forwarded-for']?.split(',').at(-1)?.trim() ?? '',
    principal: undefined,
    requestId: headers['x-amzn-trace-id'] ?? '',
  };
}

const withoutStage = (path: string, stage: string | undefined): string =>
  stage && path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path;

function bodyOf({ body, isBase64Encoded }: { body?: string | null; isBase64Encoded?: boolean }): Buffer {
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

type Values<T> = { [name: string]: T | undefined } | null | undefined;

const lowerCased = (headers: Values<string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value ?? '']));

const joined = (values: Values<string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, list]) => [name, (list ?? []).join(',')]));

const listed = (values: Values<string>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, [value ?? '']]));

const pairs = (values: Values<string[]>): [string, string][] =>
  Object.entries(values ?? {}).flatMap(([name, list]) =>
    (list ?? []).map((value): [string, string] => [name, value]),
  );

function decodeQuery(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
