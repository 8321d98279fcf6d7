import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import {
  DeleteParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Credentials } from '../../local/aws-signature.ts';
import { randomCredentials } from '../../local/aws-stand-in.ts';
import { type ParameterStoreStandIn, startParameterStore } from '../../local/parameter-store.ts';

const SECRET = 'hunter2-of-the-pbx';
const CREDENTIALS = randomCredentials();
const COMMAND = { Path: '/path', Recursive: true, WithDecryption: true };

let store: ParameterStoreStandIn;
beforeEach(async () => {
  store = await startParameterStore('/path', { 'pbx/main/secret': SECRET }, { credentials: CREDENTIALS });
  return () => store.close();
});

const client = (endpoint: string, credentials: Credentials): SSMClient =>
  new SSMClient({ endpoint, credentials, region: 'local', maxAttempts: 1 });

interface Raw {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Returns a request of the SDK for the store, with a good signature, that was not sent there. */
async function signedRequest(endpoint = store.url): Promise<Raw> {
  let captured: Raw | undefined;
  const signing = client(endpoint, CREDENTIALS);
  signing.middlewareStack.add(
    () =>
      async ({ request }) => {
        const { method, path, headers, body } = request as Raw;
        captured = { method, path, headers: { ...headers }, body };
        throw new Error('captured');
      },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await signing.send(new GetParametersByPathCommand(COMMAND)).catch(() => undefined);
  if (!captured) throw new Error('The SDK made no request.');
  return captured;
}

async function send({ method, path, headers, body }: Raw): Promise<{ status: number; text: string }> {
  const { port } = new URL(store.url);
  return await new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject).end(body);
  });
}

describe('the stand-in of Parameter Store', () => {
  it('answers a request that the SDK signed with the secret', async () => {
    const { Parameters } = await client(store.url, CREDENTIALS).send(new GetParametersByPathCommand(COMMAND));
    expect(Parameters?.[0]?.Value).toBe(SECRET);
    const { status, text } = await send(await signedRequest());
    expect(status).toBe(200);
    expect(text).toContain(SECRET);
  });

  it.each([
    { title: 'the secret of another process', credentials: randomCredentials() },
    {
      title: 'the right key id and a wrong secret',
      credentials: { ...CREDENTIALS, secretAccessKey: 'local' },
    },
    {
      title: 'the fixed secret of earlier versions',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    },
  ])('refuses the SDK with $title', async ({ credentials }) => {
    await expect(
      client(store.url, credentials).send(new GetParametersByPathCommand(COMMAND)),
    ).rejects.toMatchObject({
      name: expect.stringMatching(/^(UnrecognizedClient|InvalidSignature)Exception$/),
    });
    expect(store.requests).toEqual([]);
  });

  it.each<{ title: string; change: (raw: Raw) => Raw }>([
    {
      title: 'without a signature',
      change: ({ headers: { authorization: _, ...headers }, ...raw }) => ({ ...raw, headers }),
    },
    {
      title: 'with a signature of the right form',
      change: (raw) =>
        withHeader(raw, 'authorization', (value) => value.replace(/[0-9a-f]{64}$/, 'a'.repeat(64))),
    },
    { title: 'with another body', change: (raw) => ({ ...raw, body: raw.body.replace('/path', '/evil') }) },
    {
      title: 'for another operation',
      change: (raw) => withHeader(raw, 'x-amz-target', () => 'AmazonSSM.GetParameter'),
    },
    { title: 'for another Host', change: (raw) => withHeader(raw, 'host', () => 'rebound.example.com') },
    { title: 'with another method', change: (raw) => ({ ...raw, method: 'PUT' }) },
    { title: 'with a path', change: (raw) => ({ ...raw, path: '/path' }) },
    { title: 'with a query', change: (raw) => ({ ...raw, path: '/?Action=GetParameter' }) },
    {
      title: 'whose signature leaves the operation out',
      change: (raw) => withHeader(raw, 'authorization', (value) => value.replace(';x-amz-target', '')),
    },
    {
      title: 'signed for another service',
      change: (raw) => withHeader(raw, 'authorization', (value) => value.replace('/ssm/', '/sqs/')),
    },
  ])('refuses a request $title', async ({ change }) => {
    const { status, text } = await send(change(await signedRequest()));
    expect(status).toBe(400);
    expect(text).toMatch(/"__type":"(MissingAuthenticationToken|InvalidSignature)Exception"/);
    expect(text).not.toContain(SECRET);
    expect(store.requests).toEqual([]);
  });

  it.each([16 * 60, -16 * 60])('refuses a request that was signed %d seconds ago', async (age) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - age * 1000 });
    const raw = await signedRequest();
    vi.useRealTimers();
    expect((await send(raw)).text).toContain('InvalidSignatureException');
  });

  it('refuses a request that was signed for another server', async () => {
    const raw = await signedRequest('http://127.0.0.1:9');
    const { host } = new URL(store.url);
    expect((await send({ ...raw, headers: { ...raw.headers, host } })).text).toContain('InvalidSignature');
    expect((await send(raw)).text).toContain('InvalidSignature');
  });

  it('has no writing operations, even with the secret', async () => {
    const known = client(store.url, CREDENTIALS);
    const put = new PutParameterCommand({
      Name: '/path/pbx/main/url',
      Value: 'http://192.0.2.1',
      Overwrite: true,
    });
    await expect(known.send(put)).rejects.toMatchObject({ name: 'UnknownOperationException' });
    await expect(
      known.send(new DeleteParameterCommand({ Name: '/path/pbx/main/secret' })),
    ).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
    const { Parameters } = await known.send(new GetParametersByPathCommand(COMMAND));
    expect(Parameters).toHaveLength(1);
  });

  it('does not read a body of more than 1 MB', async () => {
    const raw = await signedRequest();
    const { 'content-length': _, ...headers } = raw.headers;
    const outcome = await send({ ...raw, headers, body: 'x'.repeat(2 ** 21) }).then(
      ({ status }) => status,
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect([400, 'ECONNRESET', 'EPIPE']).toContain(outcome);
  });
});

const withHeader = (raw: Raw, name: string, change: (value: string) => string): Raw => ({
  ...raw,
  headers: { ...raw.headers, [name]: change(String(raw.headers[name])) },
});
