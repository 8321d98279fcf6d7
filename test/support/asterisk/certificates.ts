import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Certificates, KeyPair } from './types.ts';

const run = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes a private CA and the certificates that TLS tests need, with `openssl`, in about 100 ms. */
export async function makeCertificates(): Promise<Certificates> {
  const dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-tls-'));
  try {
    const [ca, otherCa] = await Promise.all([makeCa(dir, 'ca'), makeCa(dir, 'other-ca')]);
    const loopback = 'DNS:localhost,IP:127.0.0.1';
    const [server, expired, expiring, otherHost] = await Promise.all([
      makeLeaf(dir, 'server', loopback, 90),
      makeLeaf(dir, 'expired', loopback, -1),
      makeLeaf(dir, 'expiring', loopback, 10),
      makeLeaf(dir, 'other-host', 'DNS:pbx.example.com', 90),
    ]);
    return { ca, otherCa, server, expired, expiring, otherHost };
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function makeCa(dir: string, name: string): Promise<string> {
  const files = ['-keyout', join(dir, `${name}.key`), '-out', join(dir, `${name}.crt`)];
  await run('openssl', ['req', '-x509', ...newKey, ...files, '-subj', `/CN=Test PBX ${name}`, '-days', '90']);
  return readFile(join(dir, `${name}.crt`), 'utf8');
}

async function makeLeaf(dir: string, name: string, subjectAltName: string, days: number): Promise<KeyPair> {
  const file = (extension: string) => join(dir, `${name}.${extension}`);
  await writeFile(file('ext'), `subjectAltName=${subjectAltName}\nextendedKeyUsage=serverAuth\n`);
  await run('openssl', [
    ...['req', '-new', ...newKey, '-subj', `/CN=${name}`],
    ...['-keyout', file('key'), '-out', file('csr')],
  ]);
  await run('openssl', [
    ...['x509', '-req', '-in', file('csr'), '-out', file('crt'), '-days', String(days)],
    ...['-CA', join(dir, 'ca.crt'), '-CAkey', join(dir, 'ca.key'), '-set_serial', String(Date.now())],
    ...['-extfile', file('ext')],
  ]);
  const [cert, key] = await Promise.all([readFile(file('crt'), 'utf8'), readFile(file('key'), 'utf8')]);
  return { cert, key };
}
