import { AjamError } from './errors.ts';

export interface Endpoint {
  origin: string;
  /** For messages: host and port, never credentials. */
  host: string;
  path: string;
}

/** @throws AjamError AJAM_INVALID; what was given is not repeated, as it may hold credentials. */
export function endpointOf(url: string): Endpoint {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new AjamError(
      'AJAM_INVALID',
      'The url is no address of an HTTP server, such as https://pbx.example.com:8089',
    );
  }
  const prefix = parsed.pathname.replace(/\/+$/, '');
  return { origin: parsed.origin, host: parsed.host, path: `${prefix}/rawman` };
}
