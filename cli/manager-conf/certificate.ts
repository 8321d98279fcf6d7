import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { InvalidArgumentError } from 'commander';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const VALID_DAYS = 825;
/** manager-conf replaces the certificate of an earlier run that ends within this time. */
const RENEW_DAYS = 90;
const DAY_MS = 24 * 3600 * 1000;

/** Returns the certificates of a PEM file, without the text around them. */
export function readCertificate(file: string): string {
  const text = read(file);
  // The settings, and so Parameter Store, must not hold a private key.
  if (text.includes('PRIVATE KEY'))
    throw new InvalidArgumentError('The file has a private key. Use a file that holds only the certificate.');
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0 || !blocks.every((block) => parse(block)))
    throw new InvalidArgumentError(
      'The file is not a certificate in PEM form (-----BEGIN CERTIFICATE-----). To convert a binary certificate, run "openssl x509 -inform der -in FILE".',
    );
  return `${blocks.join('\n')}\n`;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new InvalidArgumentError(`The file cannot be read (${String(code)}). Check its path.`);
  }
}

function parse(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

/** Returns whether a certificate of an earlier run is for this host and ends late enough. */
export function isUsable(pem: string, host: string): boolean {
  const certificate = parse(pem);
  if (!certificate) return false;
  const isForHost = isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host);
  return isForHost !== undefined && certificate.validToDate.getTime() > Date.now() + RENEW_DAYS * DAY_MS;
}

/** Makes a key and a self-signed certificate for the host. Needs the program `openssl`. */
export async function makeSelfSigned(host: string, keyFile: string, certificateFile: string): Promise<void> {
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', String(VALID_DAYS), '-subj', `/CN=${host.slice(0, 64)}`],
    ...['-addext', `subjectAltName=${isIP(host) ? 'IP' : 'DNS'}:${host}`],
    ...['-keyout', keyFile, '-out', certificateFile],
  ]);
}
