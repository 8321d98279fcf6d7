import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ParameterStore, startParameterStore } from '../../local/parameter-store.ts';
import { openStore } from '../../tools/settings/store.ts';
import { runTool } from './run-tool.ts';

const PATH = '/asterisk-callback/prod';
/** Everything that must never be seen. */
const SECRETS = [
  'hunter2-of-the-pbx',
  'key-secret-0123456789',
  'webhook-secret-0123456789',
  'old-secret-0123456789',
];
const SETTINGS = {
  'pbx/main/url': 'https://pbx.example.com:8089',
  'pbx/main/username': 'callback',
  'pbx/main/secret': SECRETS[0],
  'routes/default': { channel: 'PJSIP/{agent}', context: 'callbacks', to: { country: 'RU', allow: ['+7'] } },
  'keys/web': { secret: SECRETS[1] },
  'webhooks/crm': { source: 'json', secret: SECRETS[2], map: { to: 'phone', agent: '"3200"' } },
};

let dir: string;
let store: ParameterStore;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'asterisk-callback-settings-'));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(async () => {
  store = await startParameterStore(PATH);
});
afterEach(() => store.close());

const env = (): Record<string, string> => ({
  AWS_ENDPOINT_URL_SSM: store.url,
  AWS_REGION: 'local',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
});

async function fileOf(settings: unknown): Promise<string> {
  const file = join(dir, `${crypto.randomUUID()}.json`);
  await writeFile(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
  return file;
}

/** Runs it, and holds every run to showing no secret. */
async function settings(verb: string, content: unknown, ...more: string[]) {
  const stage = verb === 'check' ? [] : ['--stage', 'prod'];
  const ran = await runTool('settings', [verb, await fileOf(content), ...stage, ...more], { env: env() });
  for (const secret of SECRETS) expect(ran.output).not.toContain(secret);
  return ran;
}

async function stored() {
  Object.assign(process.env, env());
  try {
    return await openStore(PATH, undefined).read();
  } finally {
    for (const name of Object.keys(env())) delete process.env[name];
  }
}

describe('npm run settings -- check', () => {
  it('says what a right file would be in Parameter Store', async () => {
    const { status, output } = await settings('check', SETTINGS);
    expect(output).toMatch(/^keys\/web {2}\(SecureString\)$/m);
    expect(output).toMatch(/^pbx\/main\/secret {2}\(SecureString\)$/m);
    expect(output).toMatch(/^webhooks\/crm {2}\(SecureString\)$/m);
    expect(output).toMatch(/^routes\/default {2}\(String\)$/m);
    expect(output).toMatch(/is valid: 6 parameters/);
    expect(status).toBe(0);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a mistake',
      { ...SETTINGS, 'routes/default': { ...SETTINGS['routes/default'], chanel: 'x' } },
      /did you mean "channel"/,
    ],
    [
      'all mistakes',
      { ...SETTINGS, 'pbx/main/url': 'no', 'pbx/main/user': 'x' },
      /- pbx\/main\/user is unknown.*\n- pbx\/main\/url must be/,
    ],
    ['no JSON, and quotes nothing', `{"pbx/main/secret": "${SECRETS[0]}",}`, /:1:\d+ is not valid JSON/],
    [
      'what is too long',
      { ...SETTINGS, 'keys/long': { secret: 'x'.repeat(5000) } },
      /keys\/long: more than the 4096 bytes/,
    ],
  ])('names %s', async (_what, content, said) => {
    const { status, output } = await settings('check', content);
    expect(output).toMatch(said);
    expect(status).toBe(1);
  });
});

describe('npm run settings -- push', () => {
  it('writes everything, secrets encrypted, and then finds no difference', async () => {
    const { status, output } = await settings('push', SETTINGS, '--yes');
    expect(output).toMatch(/\+ {2}pbx\/main\/secret {2}new \(SecureString\)/);
    expect(status).toBe(0);
    expect(await stored()).toEqual({
      'pbx/main/url': { type: 'String', value: SETTINGS['pbx/main/url'] },
      'pbx/main/username': { type: 'String', value: 'callback' },
      'pbx/main/secret': { type: 'SecureString', value: SECRETS[0] },
      'routes/default': { type: 'String', value: JSON.stringify(SETTINGS['routes/default']) },
      'keys/web': { type: 'SecureString', value: JSON.stringify(SETTINGS['keys/web']) },
      'webhooks/crm': { type: 'SecureString', value: JSON.stringify(SETTINGS['webhooks/crm']) },
    });
    const diff = await settings('diff', SETTINGS);
    expect(diff.output).toMatch(/is as the file says/);
    expect(diff.status).toBe(0);
  });

  it('writes only what differs, and deletes nothing by itself', async () => {
    await settings('push', { ...SETTINGS, 'keys/old': { secret: SECRETS[3] } }, '--yes');
    const before = store.requests.length;
    const { status, output } = await settings(
      'push',
      { ...SETTINGS, 'pbx/main/username': 'lambda' },
      '--yes',
    );
    expect(store.requests.slice(before).filter((name) => name !== 'GetParametersByPath')).toEqual([
      'PutParameter',
    ]);
    expect(output).toMatch(/keys\/old {2}is not in the file, and stays: --delete/);
    expect(status).toBe(0);
    expect(Object.keys(await stored())).toContain('keys/old');
  });

  it('deletes what is not in the file when told to', async () => {
    await settings('push', { ...SETTINGS, 'keys/old': { secret: SECRETS[3] } }, '--yes');
    await settings('push', SETTINGS, '--yes', '--delete');
    expect(Object.keys(await stored()).sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  it('mends a secret that lay there in clear, when it may delete', async () => {
    await settings('push', SETTINGS, '--yes');
    store.delete('pbx/main/secret');
    Object.assign(process.env, env());
    await openStore(PATH, undefined).write(
      'pbx/main/secret',
      { type: 'String', value: SECRETS[3] ?? '' },
      false,
    );
    const refused = await settings('push', SETTINGS, '--yes');
    expect(refused.output).toMatch(/is a String and must be a SecureString.*needs --delete/);
    expect((await stored())['pbx/main/secret']?.type).toBe('String');
    await settings('push', SETTINGS, '--yes', '--delete');
    expect((await stored())['pbx/main/secret']).toEqual({ type: 'SecureString', value: SECRETS[0] });
  });

  it('writes nothing that would not work together with what stays', async () => {
    const more = {
      'routes/sales': SETTINGS['routes/default'],
      'keys/sales': { secret: SECRETS[3], routes: ['sales'] },
    };
    await settings('push', { ...SETTINGS, ...more }, '--yes');
    store.delete('routes/sales');
    const { status, output } = await settings('push', { ...SETTINGS, 'pbx/main/username': 'new' }, '--yes');
    expect(output).toMatch(/keys\/sales .*routes\/sales, which does not exist/);
    expect(status).toBe(1);
    expect((await stored())['pbx/main/username']?.value).toBe('callback');
  });

  it('asks first, and without a terminal wants --yes', async () => {
    const { status, output } = await settings('push', SETTINGS);
    expect(output).toMatch(/say --yes/);
    expect(status).toBe(1);
    expect(store.requests).not.toContain('PutParameter');
  });

  it.each([
    ['AccessDeniedException', /allow ssm:GetParametersByPath, ssm:PutParameter/],
    ['InternalServerError', /run it again/],
  ] as const)('explains what AWS says: %s', async (fault, said) => {
    store.fault = fault;
    const { status, output } = await settings('push', SETTINGS, '--yes');
    expect(output).toMatch(said);
    expect(output).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });

  it('says that no region is set', async () => {
    const { AWS_REGION: _, ...rest } = env();
    const args = ['diff', await fileOf(SETTINGS), '--stage', 'prod'];
    const { output, status } = await runTool('settings', args, { env: rest });
    expect(output).toMatch(/set AWS_REGION/);
    expect(status).toBe(1);
  });

  it('has no secret in its process list', async () => {
    store.fault = 'hang';
    const script = fileURLToPath(new URL('../../tools/settings.ts', import.meta.url));
    const args = [script, 'push', await fileOf(SETTINGS), '--stage', 'prod', '--yes'];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env() }, stdio: 'ignore' });
    const gone = once(child, 'close');
    while (store.requests.length === 0) await sleep(20);
    const seen = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${child.pid}/${file}`, 'utf8')),
    );
    child.kill('SIGKILL');
    await gone;
    for (const secret of SECRETS) expect(seen.join()).not.toContain(secret);
  });
});

describe('npm run settings -- diff', () => {
  it('shows fields of routes, and only that secrets differ', async () => {
    await settings('push', SETTINGS, '--yes');
    const { status, output } = await settings('diff', {
      ...SETTINGS,
      'pbx/main/secret': SECRETS[3],
      'routes/default': { ...SETTINGS['routes/default'], context: 'from-internal' },
    });
    expect(output).toBe(`~  pbx/main/secret  differs (SecureString)
      another secret (values are not shown)
~  routes/default  differs (String)
      - context: "callbacks"
      + context: "from-internal"
`);
    expect(status).toBe(1);
  });

  it('takes JSON written otherwise for the same', async () => {
    await settings('push', SETTINGS, '--yes');
    const { context, channel, to } = SETTINGS['routes/default'];
    const { status } = await settings('diff', {
      ...SETTINGS,
      'routes/default': JSON.stringify({ to, context, channel }, null, 4),
    });
    expect(status).toBe(0);
  });

  it('explains itself', async () => {
    const { stdout } = await runTool('settings', ['--help']);
    expect(stdout).toMatch(/Examples:\n {2}npm run settings -- check settings\.json/);
  });
});
