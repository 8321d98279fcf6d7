import type { IncomingMessage } from 'node:http';
import { errorReply, type HttpReply } from './http-reply.ts';

const MAX_LINE = 4095;
const MAX_HEADERS = 100;
const MAX_BODY = 40_960;

/** The form of a request, or the page that refuses it. */
export type Read = { form: string } | { refused: HttpReply };

/** Reads a form. Checks the limits of the HTTP server of Asterisk, in the same order. */
export async function readFormBody(request: IncomingMessage): Promise<Read> {
  const { method = '', url = '', rawHeaders } = request;
  const refusal = lineRefusal(`${method} ${url} HTTP/1.1`, rawHeaders);
  if (refusal) return { refused: refusal };
  const [path = '', query = ''] = split(url, '?');
  if (!/^\/rawman\/?$/i.test(path)) {
    request.resume();
    return {
      refused: errorReply(404, 'Not Found', 'The requested URL was not found on this server.', false),
    };
  }
  if (!['GET', 'HEAD', 'POST'].includes(method)) {
    request.resume();
    return {
      refused: errorReply(501, 'Not Implemented', 'Attempt to use unimplemented / unsupported method', false),
    };
  }
  if (method !== 'POST') return { form: query };
  return readBody(request);
}

async function readBody(request: IncomingMessage): Promise<Read> {
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    return { refused: errorReply(501, 'Unimplemented', 'Unsupported Transfer-Encoding.', true) };
  }
  const tooLarge = { refused: errorReply(413, 'Request Entity Too Large', 'Body too large', true) };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return tooLarge;
    chunks.push(chunk);
  }
  // Asterisk ignores the query of a POST, and a body that is not a form.
  return { form: isForm(request) ? Buffer.concat(chunks).toString('latin1') : '' };
}

/** Returns the page for a request that the HTTP parser of Node refused with this error code. */
export function refuseForm(code: string): HttpReply {
  if (code === 'HPE_INVALID_TRANSFER_ENCODING') {
    return errorReply(501, 'Unimplemented', 'Unsupported Transfer-Encoding.', true);
  }
  const text =
    code === 'HPE_INVALID_CONTENT_LENGTH' ? 'Invalid Content-Length in request!' : 'Invalid Request';
  return errorReply(400, 'Bad Request', text, true);
}

function isForm(request: IncomingMessage): boolean {
  const [type = ''] = split(request.headers['content-type'] ?? '', ';');
  return type.toLowerCase() === 'application/x-www-form-urlencoded';
}

function lineRefusal(requestLine: string, rawHeaders: readonly string[]): HttpReply | undefined {
  const bad = (text: string) => errorReply(400, 'Bad Request', text, true);
  if (requestLine.length + 2 > MAX_LINE) return bad('Request line too long');
  for (let at = 0; at < rawHeaders.length; at += 2) {
    // Name, colon, blank, value, CR LF.
    const length = (rawHeaders[at]?.length ?? 0) + (rawHeaders[at + 1]?.length ?? 0) + 4;
    if (length > MAX_LINE) return bad('Header line too long');
    if (at / 2 >= MAX_HEADERS) return errorReply(413, 'Request Entity Too Large', 'Too many headers', true);
  }
  return undefined;
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
