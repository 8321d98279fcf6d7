import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Invocation {
  id: string;
  event: unknown;
  /** The function's answer, or the reason why there is none. */
  answer: PromiseWithResolvers<unknown>;
}

/** Lambda's side of the Runtime API: a runtime client asks for the next event and posts the answer. */
export async function startRuntimeApi(functionName: string, timeoutMs: number) {
  const queue: Invocation[] = [];
  const running = new Map<string, Invocation>();
  let idle: ServerResponse | undefined;

  function handOver(): void {
    const invocation = idle && queue.shift();
    if (!idle || !invocation) return;
    running.set(invocation.id, invocation);
    const headers = {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': Date.now() + timeoutMs,
      'lambda-runtime-invoked-function-arn': `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}`,
      'lambda-runtime-trace-id': `Root=1-${invocation.id};Sampled=0`,
    };
    idle.writeHead(200, headers).end(JSON.stringify(invocation.event));
    idle = undefined;
  }

  /** Rejects every invocation, because the runtime is gone. */
  function fail(why: Error): void {
    for (const { answer } of [...running.values(), ...queue.splice(0)]) answer.reject(why);
    running.clear();
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id = '', what] =
      /^\/2018-06-01\/runtime\/(?:invocation\/([^/]+)\/)?([\w/]+)$/.exec(request.url ?? '') ?? [];
    if (request.method === 'GET' && what === 'invocation/next') {
      idle = response;
      return handOver();
    }
    const body = await json(request);
    const answer = running.get(id)?.answer;
    if (what === 'response' && answer) answer.resolve(body);
    else if (what === 'error' && answer) answer.reject(new Error(`thrown: ${JSON.stringify(body)}`));
    else fail(new Error(`${request.method} ${request.url}: ${JSON.stringify(body)}`));
    running.delete(id);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: Error) => {
      fail(error);
      response.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke(event: unknown): Promise<unknown> {
      const answer = Promise.withResolvers<unknown>();
      queue.push({ id: randomUUID(), event, answer });
      handOver();
      return answer.promise;
    },
    fail,
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
