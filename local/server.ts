import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Context } from 'aws-lambda';
import type { HttpResponse } from '../lib/http/http-response.ts';
import { httpApiEvent, lambdaContext } from './lambda-event.ts';
import { type Listening, listenOnLoopback, readBody } from './loopback.ts';

/** The largest request that Lambda passes to a function. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** A Lambda function and its paths. */
export interface FunctionRoute {
  path: RegExp;
  serve: (event: unknown, context: Context) => Promise<HttpResponse>;
}

export interface ServerOptions {
  /** The first route whose path matches serves the request. */
  functionRoutes: readonly FunctionRoute[];
  /** 0 takes a free port. */
  port: number;
  /** Runs before each request, with the path and query of the request. */
  before?: (path: string) => Promise<void>;
}

/** Serves Lambda functions over plain HTTP, for programs on this machine. */
export async function startServer({ functionRoutes, port, before }: ServerOptions): Promise<Listening> {
  const server = createServer(async (request, response) => {
    try {
      const body = await readBody(request, MAX_BODY_BYTES);
      if (body === undefined) return refuse(response, 413, 'Request Too Long');
      await before?.(request.url ?? '/');
      await serve(functionRoutes, request, body, response);
    } catch (error) {
      // A function never throws. So the client has closed the connection, or this server has a bug.
      if (request.destroyed && !request.complete) return;
      console.error(error);
      refuse(response, 500, 'Internal Server Error');
    }
  });
  return await listenOnLoopback(server, port);
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

/** Responds with a message of API Gateway. */
function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}
