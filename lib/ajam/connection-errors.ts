import type { AjamUrl } from './ajam-url.ts';
import { AjamError } from './errors.ts';

export const noConnection = (host: string, ms: number): AjamError =>
  new AjamError('AJAM_UNREACHABLE', `No connection to ${host} within ${Math.round(ms)} ms`);

/** @param within The limit of time or bytes, in words: `within 5000 ms`. */
export const noReply = (host: string, within: string): AjamError =>
  new AjamError('AJAM_NO_REPLY', `No reply from ${host} ${within}`, { mayHaveRun: true });

/**
 * Converts an error of undici, TLS or the socket to an AjamError.
 *
 * @param sent Whether bytes of the request may have left.
 */
export function connectionError(cause: Error, sent: boolean, { origin, host: where }: AjamUrl): AjamError {
  const code = 'code' in cause ? String(cause.code) : cause.name;
  if (sent) {
    const message = `No complete reply from ${where} (${code})${lossAdvice(code, origin)}`;
    return new AjamError('AJAM_NO_REPLY', message, { cause, mayHaveRun: true });
  }
  const certificate = certificateAdvice(code);
  if (certificate) {
    const message = `The certificate of ${where} was refused (${code}): ${certificate}`;
    return new AjamError('AJAM_CERTIFICATE', message, { cause });
  }
  const message = `No connection to ${where} (${code}): ${connectAdvice(code)}`;
  return new AjamError('AJAM_UNREACHABLE', message, { cause });
}

function certificateAdvice(code: string): string | undefined {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'it has expired. Renew it and reload Asterisk';
    case 'CERT_NOT_YET_VALID':
      return 'it is not valid yet. Check the clocks of both machines';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'it is for another host name. Use the name in the certificate';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'its issuer is not trusted. Set ca to the private CA (or to the certificate itself), in PEM form';
    default:
      return /CERT/.test(code) ? 'it cannot be verified' : undefined;
  }
}

/**
 * Asterisk closes the connection without a reply in two cases: it has `sessionlimit` connections already (http.conf), or
 * the port expects TLS.
 */
function lossAdvice(code: string, origin: string): string {
  if (code !== 'UND_ERR_SOCKET' && code !== 'ECONNRESET') return '';
  const orTls = origin.startsWith('http:') ? ', and whether this is the port of https' : '';
  return `: it closed the connection. Check sessionlimit in http.conf${orTls}`;
}

function connectAdvice(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there. Check the port and http.conf';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name does not resolve';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'the port does not use TLS. Check whether it is the port of plain HTTP';
    default:
      return 'check the network, the firewall and http.conf';
  }
}
