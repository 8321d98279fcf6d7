import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Invocation {
  functionName: string;
  type: string | undefined;
  event: unknown;
}

/** Lambda's API for invocations. It takes the events and runs nothing. */
export async function startLambdaApi(onInvoke: (invocation: Invocation) => void = () => undefined) {
  const invocations: Invocation[] = [];
  let status = 202;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, functionName] = /^\/2015-03-31\/functions\/([\w-]+)\/invocations$/.exec(request.url ?? '') ?? [];
    if (functionName === undefined || request.method !== 'POST') return response.writeHead(404).end();
    if (status === 202) {
      const type = request.headers['x-amz-invocation-type'];
      const event: unknown = JSON.parse(Buffer.concat(chunks).toString());
      const invocation = { functionName, type: String(type), event };
      invocations.push(invocation);
      onInvoke(invocation);
    }
    return response.writeHead(status).end(status === 202 ? '' : '{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    invocations,
    /** Makes it answer all invocations with an error. */
    fail: () => {
      status = 500;
    },
    environment: {
      AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
