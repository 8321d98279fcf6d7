import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openApi } from '../../lib/http/openapi.ts';
import { startParameterStore } from '../../local/parameter-store.ts';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { bundleFunction, functionNames } from '../../tools/bundle/bundle.ts';
import { defaultProvider } from '../../tools/bundle/environment-credentials.ts';
import { startLambdaApi } from '../support/aws/lambda-api.ts';
import { invoke, loadOnly } from '../support/packaging/lambda-process.ts';
import { startTable } from '../support/store/dynalite.ts';

const SECRET = 'key-secret-0123456789';
/** Not dist: another test builds and packs that. */
const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
const bundleOf = (name: string) => join(folder, `${name}.cjs`);

describe('A bundle', () => {
  beforeAll(async () => {
    for (const name of functionNames()) await bundleFunction(name, folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const NOWHERE = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:9' };
  const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const order = { agent: '3200', to: '+74951234567' };
  const post = {
    version: '2.0',
    rawPath: '/callbacks',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', authorization: `Bearer web.${SECRET}` },
    requestContext: { http: { method: 'POST', path: '/callbacks', sourceIp: '192.0.2.1' }, requestId: 'r' },
    body: JSON.stringify(order),
    isBase64Encoded: false,
  };

  async function startWorld() {
    const simulator = await startSimulator({ loginDelayMs: 0, timeScale: 0.01 });
    const { username, secret } = DEFAULTS.users[0];
    const store = await startParameterStore('/asterisk-callback/test', {
      'pbx/main/url': simulator.url,
      'pbx/main/username': username,
      'pbx/main/secret': secret,
      'routes/default': { channel: 'PJSIP/{agent}', context: 'OUT_EXT2', to: { allow: ['+7'] } },
      'routes/line': {
        ...{ channel: 'PJSIP/{agent}', context: 'OUT_EXT2', to: { allow: ['+7'] } },
        line: 'sales',
      },
      'lines/sales': { capacity: 1 },
      'keys/web': { secret: SECRET },
    });
    const table = await startTable();
    onTestFinished(async () => {
      await table.stop();
      await store.close();
      await simulator.close();
    });
    const env = {
      ...store.environment,
      ...table.environment,
      AWS_REGION: 'eu-central-1',
      SETTINGS_PATH: '/asterisk-callback/test',
    };
    return { simulator, env };
  }

  it('places the call of an HTTP request and logs no secret and no whole number', async () => {
    const { simulator, env } = await startWorld();
    const { answer, log } = await invoke(bundleOf('callback'), post, env);
    expect(answer).toMatchObject({ statusCode: 201, headers: { location: expect.any(String) } });
    expect(simulator.calls).toHaveLength(1);
    const lines = log.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ message: 'callback', route: 'default', agent: '3200' }),
    );
    expect(log).not.toContain(SECRET);
    expect(log).not.toContain(order.to);
  });

  it('queues the call of a line and starts the worker, which rings the phones', async () => {
    const { simulator, env } = await startWorld();
    const lambda = await startLambdaApi();
    onTestFinished(() => lambda.close());
    const withWorker = { ...lambda.environment, ...env, WORKER_FUNCTION: 'worker' };
    // The agent is busy at once, and the worker ends with the call.
    const body = JSON.stringify({ ...order, agent: '3201', route: 'line' });
    const { answer } = await invoke(bundleOf('callback'), { ...post, body }, withWorker);
    expect(answer).toMatchObject({ statusCode: 202 });
    expect(lambda.invocations).toEqual([{ functionName: 'worker', type: 'Event', event: { line: 'sales' } }]);
    expect(simulator.calls).toHaveLength(0);
    await invoke(bundleOf('worker'), lambda.invocations[0]?.event, withWorker, 900_000);
    expect(simulator.calls).toHaveLength(1);
  }, 60_000);

  it('serves the description of the API', async () => {
    const { env } = await startWorld();
    const http = { ...post.requestContext.http, method: 'GET', path: '/openapi.json' };
    const event = { ...post, rawPath: '/openapi.json', requestContext: { http } };
    const { answer } = await invoke(bundleOf('callback'), event, env);
    const { body } = answer as { body: string };
    expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(openApi())));
  });

  it('places the call of an event', async () => {
    const { simulator, env } = await startWorld();
    const { answer } = await invoke(bundleOf('event'), order, env);
    expect(answer).toMatchObject({ id: expect.stringMatching(/^cb_/), pbx: 'main' });
    expect(simulator.calls).toHaveLength(1);
  });

  it('loads the client of the store only where a request needs the store and there is one', async () => {
    const { env } = await startWorld();
    const hasClient = async (event: object, { TABLE_NAME = '', ...more }: Record<string, string>) => {
      const { files } = await invoke(bundleOf('callback'), event, {
        ...more,
        ...(TABLE_NAME && { TABLE_NAME }),
      });
      return files.some((file) => file.endsWith('client-dynamodb.cjs'));
    };
    const { TABLE_NAME: _, ...withoutTable } = env as Record<string, string>;
    const health = {
      ...post,
      rawPath: '/health',
      requestContext: { http: { ...post.requestContext.http, method: 'GET', path: '/health' } },
    };
    expect(await hasClient(post, env)).toBe(true);
    expect(await hasClient(post, withoutTable)).toBe(false);
    expect(await hasClient(health, env)).toBe(false);
  });

  it('names the credentials that the environment lacks', async () => {
    const { answer, log } = await invoke(bundleOf('callback'), post, NOWHERE);
    expect(answer).toMatchObject({ statusCode: expect.toSatisfy((status: number) => status >= 500) });
    expect(log).toMatch(/CredentialsProviderError|AWS_ACCESS_KEY_ID/);
  });

  it.each(functionNames())('loads without a network: %s', async (name) => {
    expect(await loadOnly(bundleOf(name), { ...NOWHERE, ...KEYS })).toEqual({ status: 0, errors: '' });
    expect(await loadOnly(bundleOf(name), {})).toEqual({ status: 0, errors: '' });
  });

  it('signs with the keys that the environment holds now', async () => {
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const ssm = new SSMClient({ region: 'eu-central-1', credentialDefaultProvider: defaultProvider });
    for (const round of ['first', 'second']) {
      vi.stubEnv('AWS_ACCESS_KEY_ID', round);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', round);
      vi.stubEnv('AWS_SESSION_TOKEN', round);
      expect(await ssm.config.credentials()).toMatchObject({ accessKeyId: round, sessionToken: round });
    }
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    await expect(ssm.config.credentials()).rejects.toMatchObject({ name: 'CredentialsProviderError' });
  });
});
