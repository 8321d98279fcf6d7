import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { type Credentials, checkSignature } from './aws-signature.ts';
import { listenOnLoopback, readBody } from './loopback.ts';

const MAX_BODY_BYTES = 1024 * 1024;

export interface StandInOptions {
  /** The service as a signature names it, such as `ssm`. */
  service: string;
  credentials: Credentials;
  /** Returns the result of an operation such as `GetParameter`, or throws AwsRefusal. With `'silence'`, the client gets no response. */
  operate: (operation: string, body: string) => unknown;
}

export interface StandIn {
  readonly url: string;
  close(): Promise<void>;
}

/** Makes the stand-in respond with an error. */
export class AwsRefusal extends Error {
  /** The name of the error that the SDK throws. */
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Returns credentials with a new secret. The key id is fixed, because DynamoDB Local keeps separate tables for each key id. */
export const randomCredentials = (): Credentials => ({
  accessKeyId: 'local',
  secretAccessKey: randomBytes(32).toString('base64url'),
});

/**
 * Starts a stand-in for an AWS service that speaks JSON over HTTP. Every process of the machine can connect. So the stand-in
 * accepts only requests that the secret has signed and whose Host header names this port.
 */
export async function startStandIn({ service, credentials, operate }: StandInOptions): Promise<StandIn> {
  const server = createServer({ requestTimeout: 10_000 }, async (request, response) => {
    try {
      const body = await readBody(request, MAX_BODY_BYTES);
      if (body === undefined)
        throw new AwsRefusal('RequestEntityTooLargeException', 'The request is too large.');
      const { method = '', url = '', headers } = request;
      if (headers.host !== host) throw new AwsRefusal('InvalidSignatureException', 'Wrong Host.');
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
  const { port, close } = await listenOnLoopback(server);
  const host = `127.0.0.1:${port}`;
  return { url: `http://${host}`, close };
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
