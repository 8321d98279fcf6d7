import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { hostOf, portOf } from './address.ts';
import { amiBanner, isAmi } from './ami-banner.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';
import { firstEvent } from './first-event.ts';
import { codeOf } from './reach.ts';
import { RELOAD_HTTP } from './reload-advice.ts';

const HANDSHAKE_MS = 5000;
const WARN_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

/** Checks the certificate as the AJAM client does. Reads a refused certificate, too, to say why it is refused. */
export async function checkCertificate(url: URL, ca: string | undefined): Promise<Verdict> {
  let socket: TLSSocket | undefined;
  try {
    socket = await handshake(url, ca);
    const { authorizationError } = socket;
    const chain = chainOf(socket.getPeerCertificate(true));
    if (!authorizationError) return validity(socket, chain);
    const refusal: unknown = authorizationError;
    return refused(refusal instanceof Error ? codeOf(refusal) : String(refusal), url, chain, ca);
  } catch (error) {
    const banner = await amiBanner(url);
    return banner === undefined ? noHandshake(codeOf(error), url) : isAmi(url, banner);
  } finally {
    socket?.destroy();
  }
}

/** Returns whether the port speaks TLS at all. */
export const speaksTls = (url: URL): Promise<boolean> =>
  handshake(url, undefined).then(
    (socket) => {
      socket.destroy();
      return true;
    },
    () => false,
  );

async function handshake(url: URL, ca: string | undefined): Promise<TLSSocket> {
  const host = hostOf(url);
  const socket = connect({
    host,
    port: portOf(url),
    ...(isIP(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca, allowPartialTrustChain: true }),
    // The doctor sends nothing on this connection. The AJAM client always verifies.
    rejectUnauthorized: false,
  });
  try {
    await firstEvent(socket, 'secureConnect', HANDSHAKE_MS);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function validity(socket: TLSSocket, chain: readonly DetailedPeerCertificate[]): Verdict {
  const ends = Math.min(...chain.map(({ valid_to }) => Date.parse(valid_to)));
  const days = Math.floor((ends - Date.now()) / DAY_MS);
  const until = `until ${dateOf(ends)} (${days} days)`;
  const names = namesOf(chain[0]);
  if (days < WARN_DAYS)
    return warn(
      `the certificate for ${names} is valid only ${until}`,
      `renew the certificate before it expires, and ${RELOAD_HTTP}`,
    );
  return ok(`${socket.getProtocol()}, verified, for ${names}, ${until}`);
}

function refused(
  code: string,
  url: URL,
  chain: readonly DetailedPeerCertificate[],
  ca: string | undefined,
): Verdict {
  const [leaf] = chain;
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return fail(
        `the certificate expired on ${dateOf(Math.min(...chain.map(({ valid_to }) => Date.parse(valid_to))))}`,
        `renew the certificate and ${RELOAD_HTTP}`,
      );
    case 'CERT_NOT_YET_VALID':
      return fail(
        `the certificate is not valid before ${dateOf(Date.parse(leaf?.valid_from ?? ''))}`,
        'check the clocks of the PBX and of this machine',
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return fail(
        `the certificate is for ${namesOf(leaf)}, not for ${hostOf(url)}`,
        'write one of these names as the host in the url, or get a certificate for this host',
      );
    default:
      return fail(
        `the certificate is not trusted (${code}). Its issuer is ${leaf?.issuer?.CN ?? 'unknown'}`,
        ca === undefined
          ? 'for a private CA, write the CA certificate (PEM) into pbx/<name>/ca. For a self-signed certificate, write this certificate. For a public CA, add the intermediate certificates to tlscertfile'
          : 'pbx/<name>/ca is the certificate of another CA. Write the certificate (PEM) of the CA that signed the certificate of the PBX, or write the certificate of the PBX itself',
      );
  }
}

function noHandshake(code: string, url: URL): Verdict {
  if (/PEM|ASN1|BAD_BASE64|CRYPTO/.test(code))
    return fail(
      `pbx/<name>/ca is not a readable certificate (${code})`,
      'write the whole PEM text with its line breaks into pbx/<name>/ca',
    );
  if (/WRONG_VERSION|PACKET_LENGTH|EPROTO/.test(code))
    return fail(
      `port ${portOf(url)} does not speak TLS (${code})`,
      'write the port of tlsbindaddr (8089 by default) in the url, and set tlsenable=yes in http.conf',
    );
  return fail(
    `the TLS handshake failed (${code})`,
    `check tlscertfile and tlsprivatekey in http.conf. They must belong together, and the user asterisk must be able to read them. Then ${RELOAD_HTTP}. If the files are right, sessionlimit of http.conf may be reached`,
  );
}

/** Returns the leaf and its issuers, as far as the server or the `ca` has them. */
function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (let next: DetailedPeerCertificate | undefined = leaf; next?.valid_to; next = next.issuerCertificate) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)) break;
    chain.push(next);
  }
  return chain;
}

const namesOf = (leaf: DetailedPeerCertificate | undefined): string =>
  (
    leaf?.subjectaltname?.replace(/DNS:|IP Address:/g, '') ??
    `${leaf?.subject?.CN ?? 'no name'} (no subjectAltName)`
  ).slice(0, 200);

const dateOf = (time: number): string =>
  Number.isNaN(time) ? 'an unknown day' : new Date(time).toISOString().slice(0, 10);
