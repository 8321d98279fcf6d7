import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Credentials, checkSignature } from './aws-signature.ts';

/** The largest request that a stand-in reads. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface StandInOptions {
  /** As in a signature's scope: `ssm`, `dynamodb`, `sqs`. */
  service: string;
  credentials: Credentials;
  /** Answers an operation such as `GetParameter`, or throws AwsRefusal. `'silence'` leaves the client without an answer. */
  operate: (operation: string, body: string) => unknown;
}

export interface StandIn {
  readonly url: string;
  close(): Promise<void>;
}

/** An error that the SDK throws under this name. */
export class AwsRefusal extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Makes credentials whose secret no other process knows. DynamoDB Local keeps tables by key id, so the id is always the same. */
export const randomCredentials = (): Credentials => ({
  accessKeyId: 'local',
  secretAccessKey: randomBytes(32).toString('base64url'),
});

/**
 * Listens on a free port of 127.0.0.1 as a service of AWS that speaks JSON over HTTP. Every process of the machine can
 * connect, so the stand-in answers only requests that are signed with the secret and addressed to this very port.
 */
export async function startStandIn({ service, credentials, operate }: StandInOptions): Promise<StandIn> {
  const server = createServer({ requestTimeout: 10_000 }, async (request, response) => {
    try {
      const body = await readBody(request);
      const { method = '', url = '', headers } = request;
      if (headers.host !== host()) throw new AwsRefusal('InvalidSignatureException', 'Wrong Host.');
      const problem = checkSignature({ method, url, headers, body }, service, credentials);
      if (problem)
        throw new AwsRefusal(problem, 'The request is not signed with the credentials of this process.');
      const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
      const answer = operate(operation, body.toString('utf8'));
      if (answer !== 'silence') reply(response, 200, answer);
    } catch (error) {
      refuse(response, error);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host()}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES)
      throw new AwsRefusal('RequestEntityTooLargeException', 'The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const { type, message } =
    error instanceof AwsRefusal ? error : new AwsRefusal('SerializationException', 'The body is not valid.');
  reply(response, type === 'InternalServerError' ? 500 : 400, { __type: type, message });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
