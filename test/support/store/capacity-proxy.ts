import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';

/** What DynamoDB charges: write and read units, the indexes included. */
export interface Units {
  write: number;
  read: number;
}

export interface CapacityProxy extends AsyncDisposable {
  url: string;
  /** What DynamoDB has charged for operations on a table since the last call of `reset`. */
  unitsOn(tableName: string): Units;
  /** Starts the count again, when no operation is under way. */
  reset(): Promise<void>;
}

const WRITES = /^(PutItem|UpdateItem|DeleteItem)$/;

/** Stands between the SDK and DynamoDB Local, which checks no signature, and asks with each operation what it costs. */
export async function startCapacityProxy(upstream: string): Promise<CapacityProxy> {
  const charged = new Map<string, Units>();
  let underWay = 0;
  const unitsOn = (tableName: string): Units => {
    const units = charged.get(tableName) ?? { write: 0, read: 0 };
    charged.set(tableName, units);
    return units;
  };
  const server = createServer(async (incoming, outgoing) => {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    underWay += 1;
    const asked = { ...JSON.parse(await text(incoming)), ReturnConsumedCapacity: 'TOTAL' };
    const { 'x-amz-target': target = '', authorization = '' } = incoming.headers;
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': String(target),
      authorization,
      'x-amz-date': String(incoming.headers['x-amz-date']),
    };
    const reply = await fetch(upstream, { method: 'POST', headers, body: JSON.stringify(asked) });
    const body = await reply.text();
    const { ConsumedCapacity, __type = '' } = JSON.parse(body) as Reply;
    const units = unitsOn(asked.TableName);
    // A write that its condition refuses costs what the write would: one unit for a small item. The reply does not say so.
    if (__type.endsWith('ConditionalCheckFailedException')) units.write += 1;
    const consumed = [ConsumedCapacity ?? []]
      .flat()
      .reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    units[WRITES.test(operation) ? 'write' : 'read'] += consumed;
    underWay -= 1;
    outgoing.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    unitsOn,
    reset: async () => {
      await vi.waitUntil(() => underWay === 0, { timeout: 10_000 });
      charged.clear();
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Reply {
  ConsumedCapacity?: Consumed | Consumed[];
  __type?: string;
}

interface Consumed {
  CapacityUnits: number;
}
