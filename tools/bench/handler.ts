import type { Context } from 'aws-lambda';
import { pretendAws, SETTINGS_PATH } from '../../local/aws.ts';
import { startParameterStore } from '../../local/parameter-store.ts';
import type { Pbx } from '../../test/asterisk/types.ts';
import type { Contender } from './contenders.ts';

const KEY = 'bench-secret-0123456789';

const settings = ({ httpUrl, users }: Pbx) => ({
  'pbx/main/url': httpUrl,
  'pbx/main/username': users.callback.username,
  'pbx/main/secret': users.callback.secret,
  'routes/default': {
    channel: 'Local/{agent}@phones',
    context: 'local',
    to: { country: 'RU', allow: ['+7'], dialAs: '8{national}' },
  },
  'keys/bench': { secret: KEY },
});

const EVENT = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/callbacks',
  rawQueryString: '',
  headers: { authorization: `Bearer bench.${KEY}`, 'content-type': 'application/json' },
  requestContext: { http: { method: 'POST', path: '/callbacks', sourceIp: '127.0.0.1' } },
  body: JSON.stringify({ to: '84951234504', agent: '3204' }),
  isBase64Encoded: false,
};

/** The whole function as Lambda calls it: with its session kept, and with a new one for each call. */
export async function handlers(pbx: Pbx): Promise<{ warm: Contender; newSession: Contender }> {
  const store = await startParameterStore(SETTINGS_PATH, settings(pbx));
  pretendAws(store.url);
  Object.assign(process.env, {
    SETTINGS_TTL_SECONDS: '3600',
    LOG_LEVEL: 'SILENT',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  // Not before: what the functions share reads the environment when it is loaded.
  const { handler } = await import('../../functions/callback.ts');
  const { switchboard } = await import('../../functions/switchboard.ts');
  const context = {
    awsRequestId: 'bench',
    functionName: 'callback',
    memoryLimitInMB: '256',
    getRemainingTimeInMillis: () => 30_000,
  };
  const call = async (): Promise<void> => {
    // The types know only whole events and contexts; the function reads no more than this of them.
    const { statusCode, body } = await handler(EVENT as never, context as Context);
    if (statusCode !== 201) throw new Error(`HTTP ${statusCode}: ${body}`);
  };
  const close = async (): Promise<void> => {
    await switchboard.sessions.close();
    await store.close();
  };
  return {
    warm: { name: 'whole handler, warm', call, close },
    newSession: { name: 'whole handler, new session', before: () => switchboard.sessions.close(), call },
  };
}
