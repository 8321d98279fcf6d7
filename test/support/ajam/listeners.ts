import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

export interface Listener extends AsyncDisposable {
  port: number;
}

const STUCK = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });`;

/** Opens a port that drops every SYN, as a firewall does: its listener is blocked and its backlog is full. */
export async function blackHole(): Promise<Listener> {
  const worker = new Worker(STUCK, { eval: true });
  const [port] = await once(worker, 'message');
  const fillers = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}

/** Listens and calls `serve` with each connection, counted from 1. By default it accepts connections and sends nothing. */
export async function listen(
  serve: (socket: Socket, connections: number) => void = () => undefined,
): Promise<Listener> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => serve(socket, sockets.push(socket.on('error', () => undefined))));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
