import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { openParameterStore } from '../../../cli/settings/parameter-store.ts';
import { environmentFor } from '../aws/index.ts';
import { runTool } from './run-tool.ts';

const PATH = '/asterisk-callback/prod';

/** Secrets that no output may have. */
export const SECRETS = [
  'hunter2-of-the-pbx',
  'key-secret-0123456789',
  'webhook-secret-0123456789',
  'old-secret-0123456789',
];

export const SETTINGS = {
  'pbx/main/url': 'https://pbx.example.com:8089',
  'pbx/main/username': 'callback',
  'pbx/main/secret': SECRETS[0],
  'routes/default': {
    channel: 'PJSIP/{agent}',
    context: 'callbacks',
    to: { country: 'RU', allow: ['+7'], deny: ['+76', '+77'] },
    limits: { perDay: 500 },
  },
  'keys/web': { secret: SECRETS[1] },
  'webhooks/crm': { source: 'json', secret: SECRETS[2], map: { to: 'phone', agent: '"3200"' } },
};

/** Runs `npx asterisk-callback settings` with a Parameter Store. Call it while tests are described. */
export function settingsTool(url: () => string) {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-settings-'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  beforeEach(() => {
    for (const [name, value] of Object.entries(environmentFor(url()))) vi.stubEnv(name, value);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  async function fileOf(content: unknown): Promise<string> {
    const file = join(dir, `${crypto.randomUUID()}.json`);
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  /** Runs it, and requires that its output has no secret. */
  async function settings(verb: string, content: unknown, ...more: string[]) {
    const stage = verb === 'check' ? [] : ['--stage', 'prod'];
    const args = [verb, await fileOf(content), ...stage, ...more];
    const ran = await runTool('settings', args, { env: environmentFor(url()) });
    for (const secret of SECRETS) expect(ran.output).not.toContain(secret);
    return ran;
  }

  const store = () => openParameterStore(PATH, undefined);
  return { fileOf, settings, store, stored: () => store().read() };
}
