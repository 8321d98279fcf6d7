import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, without what may stand around them. */
export function readCertificate(file: string): string {
  const text = read(file);
  // Whoever gave it away by mistake shall hear of it before it is in Parameter Store.
  if (text.includes('PRIVATE KEY'))
    throw new InvalidArgumentError('The file holds a private key: give the certificate alone.');
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0 || !blocks.every(isCertificate))
    throw new InvalidArgumentError(
      'The file must be a certificate in PEM form (-----BEGIN CERTIFICATE-----); "openssl x509 -inform der -in FILE" makes one of a binary file.',
    );
  return `${blocks.join('\n')}\n`;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new InvalidArgumentError(`The file cannot be read (${String(code)}): check its path.`);
  }
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).subject !== undefined;
  } catch {
    return false;
  }
}
