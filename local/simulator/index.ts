import { createServer as createHttp, type IncomingMessage, type ServerOptions } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import { listenOnLoopback } from '../loopback.ts';
import { Faults } from './faults.ts';
import { DEFAULTS, type SimulatorOptions } from './options.ts';
import { type Call, Pbx } from './pbx.ts';
import type { LoggedRequest } from './request-log.ts';
import { refuseUnreadable, serve } from './server.ts';
import { Sessions } from './sessions.ts';

export type { User } from './action-request.ts';
export { ANY_DIALPLAN, DEFAULT_DIALPLAN } from './dialplan.ts';
export type { Fault, Faults } from './faults.ts';
export type { SimulatorOptions } from './options.ts';
export { DEFAULTS } from './options.ts';
export type { Call } from './pbx.ts';
export type { LoggedRequest } from './request-log.ts';

export interface Simulator extends AsyncDisposable {
  /** AJAM is at `${url}/rawman`. */
  readonly url: string;
  readonly faults: Faults;
  /** All requests with a readable form, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** All accepted Originates, oldest first. */
  readonly calls: readonly Call[];
  /** The number of connections since the start. */
  readonly connections: number;
  /** The number of open connections. */
  readonly openConnections: number;
  /** The number of manager sessions. A logoff ends a session. */
  readonly sessions: number;
  /** Forgets requests, calls and faults. Sessions and live channels stay. */
  reset(): void;
  /** Forgets all sessions, as a restart of Asterisk does. */
  forgetSessions(): void;
  /** Cuts every open connection. */
  dropConnections(): void;
  close(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = { ...DEFAULTS, ...options };
  const sessions = new Sessions();
  const pbx = new Pbx({
    plan: settings.dialplan,
    timeScale: settings.timeScale,
    responseOrder: settings.responseOrder,
    channelEventsLagMs: settings.channelEventsLagMs,
    publish: (event) => sessions.publish(event),
  });
  const { users, loginDelayMs } = settings;
  const manager = { users, sessions, pbx, loginDelayMs };
  const faults = new Faults();
  const requests: LoggedRequest[] = [];
  const connections = new Map<Socket, number>();
  let opened = 0;
  const connectionOf = (request: IncomingMessage) => connections.get(request.socket) ?? 0;

  const http: ServerOptions = {
    maxHeaderSize: 1024 * 1024,
    keepAliveTimeout: settings.closeIdleAfterMs,
    keepAliveTimeoutBuffer: 0,
    // Asterisk needs no Host header.
    requireHostHeader: false,
    requestTimeout: 0,
  };
  const server = settings.tls ? createHttps({ ...http, ...settings.tls }) : createHttp(http);
  server.on(settings.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections.set(socket, ++opened);
    if (faults.strikesBlindly('close on connect')) socket.destroy();
    socket.once('close', () => connections.delete(socket));
    // A client may close the connection in the middle of a request.
    socket.on('error', () => {});
  });
  server.on('clientError', refuseUnreadable);
  server.on('request', (request, response) => {
    serve({ manager, faults, requests, connectionOf }, request, response).catch(() =>
      request.socket.destroy(),
    );
  });
  const listening = await listenOnLoopback(server);

  const dropConnections = (): void => {
    for (const socket of connections.keys()) socket.destroy();
  };
  const close = async (): Promise<void> => {
    pbx.stop();
    sessions.forgetAll();
    await listening.close();
  };
  return {
    url: `${settings.tls ? 'https' : 'http'}://127.0.0.1:${listening.port}`,
    faults,
    requests,
    calls: pbx.calls,
    get connections() {
      return opened;
    },
    get openConnections() {
      return connections.size;
    },
    get sessions() {
      return sessions.count;
    },
    reset() {
      requests.length = 0;
      pbx.calls.length = 0;
      faults.clear();
    },
    forgetSessions: () => sessions.forgetAll(),
    dropConnections,
    close,
    [Symbol.asyncDispose]: close,
  };
}
