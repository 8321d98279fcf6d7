import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startParameterStore } from '../../local/parameter-store.ts';
import { bundleFunction } from '../../tools/bundle/bundle.ts';
import { invokeMeasured, type Measured } from '../support/hostile-pbx/measured-function.ts';
import { startHostilePbx } from '../support/hostile-pbx/server.ts';
import type { Way } from '../support/hostile-pbx/way.ts';
import { WAYS } from '../support/hostile-pbx/ways.ts';

const SETTINGS_PATH = '/asterisk-callback/test';
const SECRET = 'key-secret-0123456789';
const folder = mkdtempSync(join(tmpdir(), 'hostile-pbx-'));
const bundle = join(folder, 'callback.cjs');

const WAIT_SECONDS = 3;
/** Of the function. */
const TIMEOUT_MS = 15_000;
/** They mostly wait. */
const AT_ONCE = 10;
/** Measured: 145 MB. The function has 512 MB. */
const MAX_RSS_MB = 200;
/** Measured with the replies of 48 MB that fit into the wait: 0.7 s, and 1.5 s if each function runs alone on two processors. */
const MAX_CPU_MS = 2000;
const MAX_ANSWER_BYTES = 8 * 1024;
const MAX_LOG_BYTES = 8 * 1024;

/** Invokes the function `callback` with a PBX that misbehaves in this way. */
async function meet({ answers, request }: Way): Promise<Measured & { sent: number }> {
  await using pbx = await startHostilePbx(answers);
  const store = await startParameterStore(SETTINGS_PATH, {
    'pbx/main/url': pbx.url,
    'pbx/main/username': 'callback',
    'pbx/main/secret': 'simulated-secret',
    'routes/default': { channel: 'PJSIP/{agent}', context: 'OUT_EXT2', to: { allow: ['+7'] }, dtmf: 'play' },
    'keys/web': { secret: SECRET },
  });
  try {
    const fields = { agent: '3200', to: '+74951234567', waitSeconds: WAIT_SECONDS, ...request };
    const event = {
      version: '2.0',
      rawPath: '/callbacks',
      rawQueryString: '',
      headers: { 'content-type': 'application/json', authorization: `Bearer web.${SECRET}` },
      requestContext: { http: { method: 'POST', path: '/callbacks', sourceIp: '192.0.2.1' }, requestId: 'r' },
      body: JSON.stringify(fields),
      isBase64Encoded: false,
    };
    const env = { ...store.environment, AWS_REGION: 'eu-central-1', SETTINGS_PATH };
    const measured = await invokeMeasured(bundle, event, { env, timeoutMs: TIMEOUT_MS });
    return { ...measured, sent: pbx.count('Originate') };
  } finally {
    await store.close();
  }
}

describe('the function callback, with a PBX that', () => {
  const measured = new Map<string, Promise<Measured & { sent: number }>>();
  beforeAll(async () => {
    await bundleFunction('callback', folder);
    const waiting = [...WAYS];
    const meetAll = async (): Promise<void> => {
      for (let way = waiting.shift(); way; way = waiting.shift()) {
        const result = meet(way);
        measured.set(way.name, result);
        await result.catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, meetAll));
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('misbehaves, does so in at least 25 ways', () => {
    expect(new Set(WAYS.map(({ name }) => name)).size).toBeGreaterThanOrEqual(25);
  });

  it.each(WAYS)('$name, stays within its time and memory, and bounds answer and log', async ({ name }) => {
    const result = await measured.get(name);
    if (!result) throw new Error('not run');
    const { answer, log, cpuMs, rssMb, ms, sent } = result;
    expect(answer.statusCode, answer.body).not.toBe(500);
    expect(sent).toBeLessThanOrEqual(2);
    expect(ms).toBeLessThan(TIMEOUT_MS);
    expect(rssMb).toBeLessThan(MAX_RSS_MB);
    expect(cpuMs).toBeLessThan(MAX_CPU_MS);
    expect(answer.body.length).toBeLessThan(MAX_ANSWER_BYTES);
    expect(log.length).toBeLessThan(MAX_LOG_BYTES);
    expect(`${answer.body}${log}`).not.toContain('123-45-67');
    expect(`${answer.body}${log}`).not.toMatch(/\\u00[019]/);
  });
});
