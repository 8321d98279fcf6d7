import type { Endpoint } from './endpoint.ts';
import { AjamError } from './errors.ts';

export const noConnection = (host: string, ms: number): AjamError =>
  new AjamError('AJAM_UNREACHABLE', `No connection to ${host} within ${Math.round(ms)} ms`);

/** `within` says how much time or how many bytes it had. */
export const noReply = (host: string, within: string): AjamError =>
  new AjamError('AJAM_NO_REPLY', `No reply from ${host} ${within}`, { mayHaveRun: true });

/** Turns an error of undici, TLS or the socket into one of the client. `sent` says whether bytes of the request may have left. */
export function connectionError(cause: Error, sent: boolean, { origin, host: where }: Endpoint): AjamError {
  const code = 'code' in cause ? String(cause.code) : cause.name;
  if (sent) {
    return new AjamError(
      'AJAM_NO_REPLY',
      `No whole reply from ${where} (${code})${lossAdvice(code, origin)}`,
      {
        cause,
        mayHaveRun: true,
      },
    );
  }
  const certificate = certificateAdvice(code);
  if (certificate) {
    return new AjamError(
      'AJAM_CERTIFICATE',
      `The certificate of ${where} was refused (${code}): ${certificate}`,
      {
        cause,
      },
    );
  }
  return new AjamError('AJAM_UNREACHABLE', `No connection to ${where} (${code}): ${connectAdvice(code)}`, {
    cause,
  });
}

function certificateAdvice(code: string): string | undefined {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'it has expired, renew it and reload Asterisk';
    case 'CERT_NOT_YET_VALID':
      return 'it is not valid yet, check the clocks';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'it is for another host name, use the name in the certificate';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'its issuer is not trusted, give the private CA (or the certificate itself) as ca, in PEM form';
    default:
      return /CERT/.test(code) ? 'it does not verify' : undefined;
  }
}

/** Who has too many connections (`sessionlimit` of http.conf) or wants TLS hangs up without a word. */
function lossAdvice(code: string, origin: string): string {
  if (code !== 'UND_ERR_SOCKET' && code !== 'ECONNRESET') return '';
  const orTls = origin.startsWith('http:') ? ', or is this the TLS port, for https' : '';
  return `: it hung up; has it reached sessionlimit of http.conf${orTls}?`;
}

function connectAdvice(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there, check the port and http.conf';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name does not resolve';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'it does not speak TLS there, is this the plain HTTP port?';
    default:
      return 'check the network, the firewall and http.conf';
  }
}
