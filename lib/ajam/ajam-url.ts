import { AjamError } from './errors.ts';

/** The url of an AJAM server, in parts. */
export interface AjamUrl {
  origin: string;
  /** Host and port, for messages. Never credentials. */
  host: string;
  path: string;
}

/**
 * Reads the url of the settings. It is the address of Asterisk's HTTP server, with the prefix of http.conf.
 *
 * @throws AjamError AJAM_INVALID. The message does not repeat the url, which may contain credentials.
 */
export function parseAjamUrl(url: string): AjamUrl {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new AjamError(
      'AJAM_INVALID',
      'The url is not the address of an HTTP server. Write one such as https://pbx.example.com:8089',
    );
  }
  const prefix = parsed.pathname.replace(/\/+$/, '');
  return { origin: parsed.origin, host: parsed.host, path: `${prefix}/rawman` };
}
