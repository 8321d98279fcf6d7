import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Manager } from './action-request.ts';
import { sessionId, setCookie } from './cookie.ts';
import type { Fault, Faults } from './faults.ts';
import { type ActionHeaders, decodeForm } from './form.ts';
import { errorReply, type HttpReply, headerLines, okReply, send } from './http-reply.ts';
import { execute } from './manager.ts';
import { serialise } from './packet.ts';
import { readFormBody, refuseForm } from './read-form.ts';
import { type LoggedRequest, logged } from './request-log.ts';

export interface ServerParts {
  manager: Manager;
  faults: Faults;
  requests: LoggedRequest[];
  /** Returns the number of a request's connection. */
  connectionOf: (request: IncomingMessage) => number;
}

export async function serve(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (parts.faults.strikesBlindly('drop before reading')) {
    request.socket.destroy();
    return;
  }
  const read = await readFormBody(request);
  if ('refused' in read) {
    send(request, response, read.refused);
    return;
  }
  const headers = decodeForm(read.form);
  const { method = '', url = '' } = request;
  const entry = logged(parts.connectionOf(request), method, url, headers);
  parts.requests.push(entry);
  const fault = parts.faults.take(entry);
  if (fault && preventsExecution(request, response, fault)) return;
  if (fault?.kind === 'forget session') parts.manager.sessions.forgetAll();
  entry.executed = true;
  const reply = await act(parts.manager, request, headers);
  entry.repliedAt = Date.now();
  await deliver(request, response, reply, fault);
}

async function act(manager: Manager, request: IncomingMessage, headers: ActionHeaders): Promise<HttpReply> {
  const session = manager.sessions.enter(sessionId(request.rawHeaders));
  const packets = await execute(manager, { headers, session });
  manager.sessions.leave(session);
  const close = request.headers.connection?.toLowerCase() === 'close';
  return okReply(serialise(packets), setCookie(session.id), close);
}

function preventsExecution(request: IncomingMessage, response: ServerResponse, fault: Fault): boolean {
  switch (fault.kind) {
    case 'drop before executing':
      request.socket.destroy();
      return true;
    case 'black hole':
      return true;
    case 'http 503':
      send(request, response, errorReply(503, 'Service Unavailable', 'Shutdown in progress', true));
      return true;
    case 'html':
      send(request, response, errorReply(200, 'OK', 'Welcome to nginx!', false));
      return true;
    default:
      return false;
  }
}

async function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  reply: HttpReply,
  fault: Fault | undefined,
): Promise<void> {
  const { socket } = request;
  switch (fault?.kind) {
    case 'drop after executing':
      socket.destroy();
      return;
    case 'silent after executing':
      return;
    case 'slow':
      await delay(fault.ms);
      return send(request, response, reply);
    case 'huge body':
      return send(request, response, { ...reply, body: reply.body + 'x'.repeat(fault.bytes) });
    case 'garbage body':
      return send(request, response, { ...reply, body: randomBytes(512).toString('latin1') });
    case 'truncated body':
      socket.end(`${head(reply)}${reply.body.slice(0, reply.body.length / 2)}`, 'latin1');
      return;
    case 'not http':
      socket.end(randomBytes(512));
      return;
    case 'close after reply':
      return send(request, response, { ...reply, close: true });
    case 'hang up after reply':
      response.once('finish', () => socket.destroySoon());
      return send(request, response, reply);
    default:
      return send(request, response, reply);
  }
}

/** Responds to a request that the HTTP parser of Node refused. Sends the page of Asterisk. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const reply = refuseForm(error.code ?? '');
  socket.end(head(reply) + reply.body, 'latin1');
}

function head(reply: HttpReply): string {
  const lines = headerLines(reply).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${reply.status} ${reply.reason}\r\n${lines.join('')}\r\n`;
}
