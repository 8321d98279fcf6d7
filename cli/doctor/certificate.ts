import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { hostOf, portOf } from './address.ts';
import { amiBanner, isAmi } from './banner.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';
import { codeOf } from './reach.ts';

const HANDSHAKE_MS = 5000;
const WARN_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

/**
 * The certificate as the client will judge it: same trust, same name. It is read even where it is refused, so that
 * what is wrong with it can be told.
 */
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

/** Whether TLS is spoken at that port at all. */
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
    // Nothing is sent on this connection; the client itself never does without.
    rejectUnauthorized: false,
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(HANDSHAKE_MS) });
    return socket.on('error', () => undefined);
  } catch (error) {
    socket.on('error', () => undefined).destroy();
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
      `the certificate for ${names} is good only ${until}`,
      'renew it and reload Asterisk (`asterisk -rx "module reload http"`): no call can be placed once it has expired',
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
        `the certificate has expired on ${dateOf(Math.min(...chain.map(({ valid_to }) => Date.parse(valid_to))))}`,
        'renew it and reload Asterisk (`asterisk -rx "module reload http"`)',
      );
    case 'CERT_NOT_YET_VALID':
      return fail(
        `the certificate is not valid before ${dateOf(Date.parse(leaf?.valid_from ?? ''))}`,
        'check the clocks of both machines',
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return fail(
        `the certificate is for ${namesOf(leaf)}, not for ${hostOf(url)}`,
        'write one of its names as the host of the url, or get a certificate that has this one',
      );
    default:
      return fail(
        `the certificate is not trusted (${code}); its issuer is ${leaf?.issuer?.CN ?? 'unknown'}`,
        ca === undefined
          ? 'put the certificate of your private CA, or the certificate itself, in PEM form as pbx/<name>/ca; with a public CA, let tlscertfile hold the intermediate certificates too'
          : 'pbx/<name>/ca is of somebody else: put the PEM of the CA that signed this certificate, or the certificate itself',
      );
  }
}

function noHandshake(code: string, url: URL): Verdict {
  if (/PEM|ASN1|BAD_BASE64|CRYPTO/.test(code))
    return fail(`pbx/<name>/ca cannot be read (${code})`, 'put it again: PEM, whole, with its line breaks');
  if (/WRONG_VERSION|PACKET_LENGTH|EPROTO/.test(code))
    return fail(
      `port ${portOf(url)} does not speak TLS (${code})`,
      'it is the plain HTTP port: write the port of tlsbindaddr (8089 by default) in the url, and see that http.conf has tlsenable=yes',
    );
  return fail(
    `TLS does not come about (${code})`,
    'check tlscertfile and tlsprivatekey in http.conf (`ss -ltnp` shows whether it listens on the port of tlsbindaddr); sessionlimit of http.conf may be reached',
  );
}

/** The leaf and those that signed it, as the server sent or the `ca` held them. */
function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (let next: DetailedPeerCertificate | undefined = leaf; next?.valid_to; next = next.issuerCertificate) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)) break;
    chain.push(next);
  }
  return chain;
}

const namesOf = (leaf: DetailedPeerCertificate | undefined): string =>
  leaf?.subjectaltname?.replace(/DNS:|IP Address:/g, '') ??
  `${leaf?.subject?.CN ?? 'nobody'} (no subjectAltName)`;

const dateOf = (time: number): string =>
  Number.isNaN(time) ? 'an unknown day' : new Date(time).toISOString().slice(0, 10);
