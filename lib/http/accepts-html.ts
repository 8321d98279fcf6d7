import type { HttpRequest } from './http-request.ts';

/** Whether the client is a browser: only browsers ask for text/html by name. */
export const acceptsHtml = ({ headers }: HttpRequest): boolean =>
  /(?:^|,)\s*text\/html\s*(?:[,;]|$)/i.test(headers['accept'] ?? '');
