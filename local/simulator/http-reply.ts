import type { IncomingMessage, ServerResponse } from 'node:http';

export interface HttpReply {
  status: number;
  reason: string;
  contentType: string;
  /** One byte per character. */
  body: string;
  cookie?: string;
  /** Whether the reply has `Connection: close` and ends the connection. */
  close: boolean;
}

/** Returns the HTML page of Asterisk for an error. */
export function errorReply(status: number, reason: string, text: string, close: boolean): HttpReply {
  const body = [
    '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">',
    '<html><head>',
    `<title>${status} ${reason}</title>`,
    '</head><body>',
    `<h1>${reason}</h1>`,
    `<p>${text}</p>`,
    '<hr />',
    '<address>Asterisk</address>',
    '</body></html>',
    '',
  ].join('\r\n');
  return { status, reason, contentType: 'text/html', body, close };
}

export function okReply(body: string, cookie: string, close: boolean): HttpReply {
  return { status: 200, reason: 'OK', contentType: 'text/plain', body, cookie, close };
}

/** Returns the headers in the order and spelling of Asterisk. */
export function headerLines(reply: HttpReply): [name: string, value: string][] {
  const lines: [string, string][] = [
    ['Server', 'Asterisk'],
    ['Date', new Date().toUTCString()],
  ];
  if (reply.close) lines.push(['Connection', 'close']);
  lines.push(['Cache-Control', 'no-cache, no-store'], ['Content-type', reply.contentType]);
  if (reply.cookie) lines.push(['Set-Cookie', reply.cookie], ['Pragma', 'SuppressEvents']);
  lines.push(['Content-Length', String(reply.body.length)]);
  return lines;
}

export function send(request: IncomingMessage, response: ServerResponse, reply: HttpReply): void {
  response.sendDate = false;
  // Otherwise Node sends `Connection: keep-alive` and `Keep-Alive`, which Asterisk never sends.
  response.removeHeader('Connection');
  response.shouldKeepAlive = !reply.close;
  response.writeHead(reply.status, reply.reason, headerLines(reply).flat());
  response.end(request.method === 'HEAD' ? undefined : reply.body, 'latin1');
}
