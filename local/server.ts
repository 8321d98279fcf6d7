import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'aws-lambda';
import type { HttpResponse } from '../lib/http/http-response.ts';
import { httpApiEvent, lambdaContext } from './lambda-event.ts';

/** The largest request of Lambda. A larger one does not reach a function on AWS either. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** A Lambda function and its paths. */
export interface FunctionRoute {
  path: RegExp;
  serve: (event: unknown, context: Context) => Promise<HttpResponse>;
}

export interface ServerOptions {
  /** The first one whose path matches serves the request. */
  functionRoutes: readonly FunctionRoute[];
  /** 0 takes a free port. */
  port: number;
  /** Awaited before each request, with its path and query. */
  before?: (path: string) => Promise<void>;
}

export interface LocalServer {
  readonly port: number;
  /** Cuts open connections. */
  close(): Promise<void>;
}

/** Serves Lambda functions over plain HTTP on 127.0.0.1, for this machine only. */
export async function startServer({ functionRoutes, port, before }: ServerOptions): Promise<LocalServer> {
  const server = createServer(async (request, response) => {
    try {
      const body = await readBody(request);
      if (body === undefined) return refuse(response, 413, 'Request Too Long');
      await before?.(request.url ?? '/');
      await serve(functionRoutes, request, body, response);
    } catch (error) {
      // The functions answer every failure, so this is a bug here, or a client that went away.
      if (request.destroyed && !request.complete) return;
      console.error(error);
      refuse(response, 500, 'Internal Server Error');
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  functionRoutes: readonly FunctionRoute[],
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  const event = httpApiEvent(request, body, requestId);
  const route = functionRoutes.find(({ path }) => path.test(event.rawPath));
  if (!route) return refuse(response, 404, 'Not Found');
  const answer = await route.serve(event, lambdaContext(requestId));
  response.writeHead(answer.statusCode, answer.headers).end(answer.body);
}

/** Returns undefined if the body is too large. Reads it to the end nevertheless, or the client would not receive the response. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

/** Answers with the words of API Gateway, because no function is involved. */
function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}
