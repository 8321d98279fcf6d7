import type { IncomingMessage, ServerResponse } from 'node:http';

export interface HttpReply {
  status: number;
  reason: string;
  contentType: string;
  /** One byte per character. */
  body: string;
  cookie?: string;
  /** Sends `Connection: close` and closes the connection. */
  close: boolean;
}

/** Returns Asterisk's small HTML page for every status other than 200. */
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

/** Writes the headers in Asterisk's order and spelling. */
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
  // Otherwise Node writes `Connection: keep-alive` and `Keep-Alive`. Asterisk never does.
  response.removeHeader('Connection');
  response.shouldKeepAlive = !reply.close;
  response.writeHead(reply.status, reply.reason, headerLines(reply).flat());
  response.end(request.method === 'HEAD' ? undefined : reply.body, 'latin1');
}
