import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface SignedRequest {
  method: string;
  /** The path and the query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export type SignatureProblem =
  | 'MissingAuthenticationTokenException'
  | 'UnrecognizedClientException'
  | 'InvalidSignatureException';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** A signature that does not cover these headers would also be valid for another server, time or operation. */
const ALWAYS_SIGNED = ['host', 'x-amz-date', 'x-amz-target'];

const MAX_AGE_MS = 15 * 60 * 1000;

/**
 * Checks the signature of a request to an AWS service (SigV4). Returns the error of AWS, undefined if the signature is valid.
 * Accepts only requests to `/` without a query, because the services of this project need no others.
 */
export function checkSignature(
  { method, url, headers, body }: SignedRequest,
  service: string,
  { accessKeyId, secretAccessKey }: Credentials,
): SignatureProblem | undefined {
  const match = AUTHORIZATION.exec(headers.authorization ?? '');
  if (!match) return 'MissingAuthenticationTokenException';
  const [, keyId, day = '', region = '', signedService, names = '', signature = ''] = match;
  if (keyId !== accessKeyId) return 'UnrecognizedClientException';

  const signed = names.split(';');
  const time = String(headers['x-amz-date']);
  const isFresh = time.startsWith(`${day}T`) && Math.abs(Date.now() - timeOf(time)) <= MAX_AGE_MS;
  const isForUs =
    url === '/' && signedService === service && ALWAYS_SIGNED.every((name) => signed.includes(name));
  if (!isFresh || !isForUs) return 'InvalidSignatureException';

  const scope = `${day}/${region}/${service}/aws4_request`;
  const canonical = [
    method,
    url,
    '',
    ...signed.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n'));
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? undefined : 'InvalidSignatureException';
}

/** Reads a time such as `20260102T030405Z`. NaN for any other form. */
const timeOf = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
