import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda';
import { decodeComponent, type Pairs, parseQuery } from './query.ts';

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
  /** Without the stage; a custom domain's base path is still there. */
  path: string;
  /** As the client wrote it, with stage and base path. */
  writtenPath: string;
  /** Decoded pairs; a name may repeat. A REST API and a load balancer do not tell the order of different names. */
  query: Pairs;
  /** Names in lower case; values that repeat are joined with a comma. */
  headers: Record<string, string>;
  body: Buffer;
  /** '' if it is not known. */
  sourceIp: string;
  /** The ARN of a caller that AWS has authenticated. */
  principal: string | undefined;
}

// A REST API behind a custom domain has a rawPath too: only `requestContext.http` tells payload 2.0.
const isHttpApi = (event: HttpEvent): event is HttpApiEvent => 'http' in event.requestContext;
export const isAlb = (event: HttpEvent): event is ALBEvent => 'elb' in event.requestContext;

/** @throws CallbackError request-malformed. */
export function readHttpRequest(event: HttpEvent): HttpRequest {
  if (isHttpApi(event)) return fromHttpApi(event);
  return isAlb(event) ? fromAlb(event) : fromRestApi(event);
}

function fromHttpApi(event: HttpApiEvent): HttpRequest {
  const { http, stage, authorizer } = event.requestContext;
  return {
    method: http.method,
    path: withoutStage(event.rawPath, stage),
    writtenPath: event.rawPath,
    query: parseQuery(event.rawQueryString ?? ''),
    headers: headersOf(listed(event.headers)),
    body: bodyOf(event),
    sourceIp: http.sourceIp,
    principal: authorizer?.iam?.userArn,
  };
}

/** `path` of a REST API has no stage; what it is given of the query is decoded. */
function fromRestApi(event: APIGatewayProxyEvent): HttpRequest {
  const { identity, path: writtenPath } = event.requestContext;
  return {
    method: event.httpMethod,
    path: event.path,
    writtenPath: writtenPath ?? event.path,
    query: pairs(event.multiValueQueryStringParameters ?? listed(event.queryStringParameters)),
    headers: headersOf(event.multiValueHeaders ?? listed(event.headers)),
    body: bodyOf(event),
    sourceIp: identity.sourceIp,
    principal: identity.userArn ?? undefined,
  };
}

/** A load balancer hands the query on as it came, still encoded; of a name that repeats, without multi-value, the last. */
function fromAlb(event: ALBEvent): HttpRequest {
  const headers = headersOf(event.multiValueHeaders ?? listed(event.headers));
  const query = pairs(event.multiValueQueryStringParameters ?? listed(event.queryStringParameters));
  return {
    method: event.httpMethod,
    path: event.path,
    writtenPath: event.path,
    query: query.map(([name, value]) => [decodeComponent(name), decodeComponent(value)]),
    headers,
    body: bodyOf(event),
    sourceIp: peerOf(headers['x-forwarded-for'] ?? ''),
    principal: undefined,
  };
}

/** The load balancer appends the peer that it saw, maybe with its port; what stands before, anybody can have written. */
function peerOf(forwardedFor: string): string {
  const peer = forwardedFor.split(',').at(-1)?.trim() ?? '';
  const [, v4, v6] = /^(?:([\d.]+):\d+|\[([\da-f:.]+)\](?::\d+)?)$/i.exec(peer) ?? [];
  return v4 ?? v6 ?? peer;
}

/** An HTTP API puts its stage before the path, but for `$default` and behind a custom domain. */
const withoutStage = (path: string, stage: string | undefined): string =>
  stage && path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path;

function bodyOf({ body, isBase64Encoded }: { body?: string | null; isBase64Encoded?: boolean }): Buffer {
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

type Values<T> = { [name: string]: T | undefined } | null | undefined;

function headersOf(values: Values<string[]>): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [name, list] of Object.entries(values ?? {})) {
    const before = headers.get(name.toLowerCase());
    const joined = (list ?? []).join(',');
    headers.set(name.toLowerCase(), before === undefined ? joined : `${before},${joined}`);
  }
  return Object.fromEntries(headers);
}

const listed = (values: Values<string>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, [value ?? '']]));

const pairs = (values: Values<string[]>): Pairs =>
  Object.entries(values ?? {}).flatMap(([name, list]) =>
    (list ?? []).map((value): [string, string] => [name, value]),
  );
