import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { HttpResponse } from '../../lib/http/http-response.ts';
import type { StoreOpener } from '../../lib/store/open-store.ts';
import { pretendAws, SETTINGS_PATH } from '../../local/aws.ts';
import { lambdaContext } from '../../local/lambda-event.ts';
import { startParameterStore } from '../../local/parameter-store.ts';
import type { AmiUser } from '../../test/support/asterisk/types.ts';
import { openMemoryStore } from '../../test/support/store/memory-store.ts';
import type { Contender } from './contenders.ts';
import { KEY, KEY_ID, REQUEST, settingsFor } from './request.ts';

const event = (method: string, rawPath: string, parts: Partial<APIGatewayProxyEventV2>) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath,
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method, path: rawPath, sourceIp: '127.0.0.1' } },
  isBase64Encoded: false,
  ...parts,
});

const post = (headers: Record<string, string> = {}) =>
  event('POST', '/callbacks', {
    headers: { authorization: `Bearer ${KEY_ID}.${KEY}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(REQUEST),
  });

let customer = 0;
/** Returns a request with a new number. A repeated URL would count as a second click and would ring nobody. */
const classic = () => {
  const num = `84951${String(customer++ % 1e6).padStart(6, '0')}`;
  const query = { p: '1', c: 'local', cid: REQUEST.agent, num, token: `${KEY_ID}.${KEY}` };
  return event('GET', '/callback', { rawQueryString: String(new URLSearchParams(query)) });
};

let click = 0;
/** Returns the event of a new click on a number in Bitrix24. */
const webhook = () => {
  const [callId, ts] = [`bench.${click++}`, Math.floor(Date.now() / 1000)];
  const fields = {
    ...{ event: 'ONEXTERNALCALLSTART', 'data[PHONE_NUMBER_INTERNATIONAL]': REQUEST.to },
    ...{ 'data[USER_ID]': '1', 'data[CALL_ID]': callId, ts: String(ts), 'auth[application_token]': KEY },
  };
  return event('POST', `/webhooks/${KEY_ID}`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams(fields)),
  });
};

/** Returns contenders that call the whole functions as Lambda calls them, with different kinds of requests. */
export async function handlers(
  httpUrl: string,
  user: AmiUser,
  openStore: StoreOpener = openMemoryStore(),
): Promise<Record<Way, Contender>> {
  const store = await startParameterStore(SETTINGS_PATH, settingsFor(httpUrl, user));
  pretendAws(store);
  for (const name of Object.keys(process.env)) if (/^(POWERTOOLS_|LOG_)/.test(name)) delete process.env[name];
  process.env['SETTINGS_TTL_SECONDS'] = '3600';
  // These modules read the environment when they are loaded.
  const { callback, webhooks, services } = await loggingNowhere(async () => ({
    callback: (await import('../../functions/callback.ts')).handler,
    webhooks: (await import('../../functions/webhook.ts')).handler,
    ...(await import('../../lib/calls/services.ts')),
  }));
  services.store = openStore;
  const call =
    (ask: () => object, handler: Handler = callback) =>
    async (): Promise<void> => {
      // The event has only the fields that the function reads.
      const { statusCode, body } = await handler(ask() as never, lambdaContext());
      if (statusCode !== 201) throw new Error(`HTTP ${statusCode}: ${body}`);
    };
  const posted = post();
  const plain = call(() => posted);
  const before = () => services.sessions.close();
  const close = async (): Promise<void> => {
    await services.sessions.close();
    await store.close();
  };
  return {
    warm: { name: 'whole handler, warm', call: plain, close },
    newSession: { name: 'whole handler, new session', before, call: plain },
    keyed: {
      name: 'whole handler, Idempotency-Key',
      call: call(() => post({ 'idempotency-key': randomUUID() })),
    },
    classic: { name: 'whole handler, classic URL', call: call(classic) },
    webhook: { name: 'whole handler, webhook of Bitrix24', call: call(webhook, webhooks) },
  };
}

type Way = 'warm' | 'newSession' | 'keyed' | 'classic' | 'webhook';
type Handler = (event: never, context: Context) => Promise<HttpResponse>;

/**
 * Runs `load`. The modules that it loads write log lines and metrics as on AWS, but to a stream that drops them. So a call
 * includes the work of writing, and excludes the terminal.
 */
async function loggingNowhere<T>(load: () => Promise<T>): Promise<T> {
  const stdout = Object.getOwnPropertyDescriptor(process, 'stdout') ?? {};
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  Object.defineProperty(process, 'stdout', { ...stdout, get: () => nowhere });
  try {
    return await load();
  } finally {
    Object.defineProperty(process, 'stdout', stdout);
  }
}
