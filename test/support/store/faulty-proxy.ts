import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What happens to a request. `lost-request`: the connection breaks before DynamoDB gets it. `lost-reply`: it is carried
 * out, and the connection breaks then. `hang`: it is carried out, and no reply ever comes.
 */
export type Fault =
  | 'none'
  | 'throttled'
  | 'server-error'
  | 'lost-request'
  | 'lost-reply'
  | 'hang'
  | { slowMs: number };

export interface FaultyProxy {
  url: string;
  /** Decides for each request, by its operation (`PutItem`), its number from 0 and its body. */
  fault: (operation: string, number: number, body: string) => Fault;
  /** The operations so far. */
  readonly operations: readonly string[];
  /** The operations on one table. A test that counts them has a table of its own, as earlier tests may still write. */
  operationsOn(tableName: string): string[];
  stop(): Promise<void>;
}

/** Stands between the SDK and a DynamoDB and injects faults over the wire. */
export async function startFaultyProxy(upstream: string): Promise<FaultyProxy> {
  const operations: string[] = [];
  const requests: { operation: string; body: string }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const body = await text(incoming);
    const fault = proxy.fault(operation, operations.length, body);
    operations.push(operation);
    requests.push({ operation, body });
    if (fault === 'throttled') return refuse(outgoing, 400, 'ProvisionedThroughputExceededException');
    if (fault === 'server-error') return refuse(outgoing, 500, 'InternalServerError');
    if (fault === 'lost-request') return void outgoing.destroy();
    const reply = await forward(upstream, incoming.headers, body);
    if (fault === 'lost-reply') return void outgoing.destroy();
    if (fault === 'hang') return;
    if (typeof fault === 'object') await sleep(fault.slowMs);
    outgoing.writeHead(reply.status, reply.headers).end(reply.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: () => 'none',
    operations,
    operationsOn: (tableName) =>
      requests.filter(({ body }) => body.includes(`"${tableName}"`)).map(({ operation }) => operation),
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}

async function forward(upstream: string, headers: IncomingHttpHeaders, body: string) {
  const outgoing = request(upstream, { method: 'POST', headers }).end(body);
  const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { 'transfer-encoding': _, ...replied } = reply.headers;
  return { status: reply.statusCode ?? 500, headers: replied, body: await text(reply) };
}

const refuse = (outgoing: ServerResponse, status: number, type: string): void => {
  const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'injected' });
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
};
