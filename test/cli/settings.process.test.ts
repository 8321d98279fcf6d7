import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ParameterStoreStandIn } from '../../local/parameter-store.ts';
import { environmentFor, startTestStore } from '../support/aws/index.ts';
import { runTool } from '../support/cli/run-tool.ts';
import { SECRETS, SETTINGS, settingsTool } from '../support/cli/settings-tool.ts';

let store: ParameterStoreStandIn;
beforeEach(async () => {
  store = await startTestStore('/asterisk-callback/prod');
});
afterEach(() => store.close());

const { fileOf, settings, stored } = settingsTool(() => store.url);
const env = () => environmentFor(store.url);

describe('npx asterisk-callback settings check', () => {
  it('lists the parameters that a valid file becomes', async () => {
    const { status, output } = await settings('check', SETTINGS);
    expect(output).toMatch(/^keys\/web {2}\(SecureString\)$/m);
    expect(output).toMatch(/^pbx\/main\/secret {2}\(SecureString\)$/m);
    expect(output).toMatch(/^webhooks\/crm {2}\(SecureString\)$/m);
    expect(output).toMatch(/^routes\/default {2}\(String\)$/m);
    expect(output).toMatch(/is valid: 6 parameters/);
    expect(status).toBe(0);
  });

  it('warns about short secrets and accepts them', async () => {
    const short = { ...SETTINGS, 'keys/web': { secret: 'Zq9x' } };
    const { status, output } = await settings('check', short);
    expect(output).toMatch(
      /^WARN {2}keys\/web has a secret of fewer than 16 .*\n {6}→ .*openssl rand -hex 24/m,
    );
    expect(output).toMatch(/is valid: 6 parameters/);
    expect(output).not.toContain('Zq9x');
    expect(status).toBe(0);
    const pushed = await settings('push', short, '--yes');
    expect(pushed.output).toMatch(/^WARN {2}keys\/web/m);
    expect(pushed.status).toBe(0);
    const diff = await settings('diff', short);
    expect(diff.output).toMatch(/^WARN {2}keys\/web/m);
    expect(diff.status).toBe(0);
    expect((await settings('check', SETTINGS)).output).not.toContain('WARN');
  });

  it('warns that a file without a PBX is only for the simulator, and push refuses the file', async () => {
    const rest = Object.fromEntries(Object.entries(SETTINGS).filter(([name]) => !name.startsWith('pbx/')));
    const { status, output } = await settings('check', rest);
    expect(output).toMatch(/^WARN {2}the file has no PBX, so only `npx asterisk-callback start` can use it/m);
    expect(output).toMatch(/^OK {2}\S+ is valid for a simulated PBX: 3 parameters$/m);
    expect(output).not.toContain('pbx/main/url  (');
    expect(status).toBe(0);
    const pushed = await settings('push', rest, '--yes');
    expect(pushed.output).toContain('pbx/main/url is missing');
    expect([pushed.status, await stored()]).toEqual([1, {}]);
    expect((await settings('diff', rest)).output).toContain('pbx/main/url is missing');
  });

  it('gives no advice for Parameter Store when the file has a mistake', async () => {
    const { output } = await settings('check', { ...SETTINGS, 'routes/default': '{"channel": PJSIP}' });
    expect(output).toMatch(/routes\/default is not valid JSON at line 1, column 13/);
    expect(output).not.toContain('--overwrite');
  });

  it('names a missing file, and no option', async () => {
    const { output, status } = await runTool('settings', ['check', '/nowhere/settings.json']);
    expect(output).toBe('/nowhere/settings.json cannot be used:\nThere is no such file. Check the path\n');
    expect(status).toBe(1);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'an expression that is not JSONata',
      {
        ...SETTINGS,
        'webhooks/crm': { ...SETTINGS['webhooks/crm'], map: { to: 'data.(', agent: '1 +' } },
      },
      /webhooks\/crm.*map\.to.* is not a JSONata .*\n.*map\.agent.* is not a JSONata/,
    ],
    [
      'a pattern that backtracks',
      { ...SETTINGS, 'routes/default': { ...SETTINGS['routes/default'], callerIds: ['([0-9]+)*'] } },
      /routes\/default "callerIds\[0\]" has the pattern .*which can take seconds.*exponential/,
    ],
    ['an empty file', '', /\.json is empty\. Write one object/],
    ['a value without quotes', '{"a": b}', /\.json:1:7 is not valid JSON/],
    [
      'a mistyped field',
      { ...SETTINGS, 'routes/default': { ...SETTINGS['routes/default'], chanel: 'x' } },
      /did you mean "channel"/,
    ],
    [
      'all mistakes',
      { ...SETTINGS, 'pbx/main/url': 'no', 'pbx/main/user': 'x' },
      /- pbx\/main\/user is unknown.*\n- pbx\/main\/url must be/,
    ],
    [
      'mistakes of every kind, and the warnings about other parameters',
      {
        ...SETTINGS,
        colour: 'red',
        'keys/short': { secret: 'x' },
        'keys/long': { secret: 'x'.repeat(5000) },
        'routes/default': { ...SETTINGS['routes/default'], callerIds: ['([0-9]+)*'] },
        'webhooks/crm': { source: 'hubspott', secret: 'x'.repeat(16), map: { to: '(' } },
      },
      /WARN {2}keys\/short has a secret of fewer than 16[\s\S]*:\n- colour is unknown\. Known are [^\n]*\n- webhooks\/crm "source"[^\n]*\n- keys\/long: too long[^\n]*\n(- webhooks\/crm[^\n]*\n)?- routes\/default "callerIds\[0\]" has the pattern/,
    ],
    ['invalid JSON without quoting it', `{"pbx/main/secret": "${SECRETS[0]}",}`, /:1:\d+ is not valid JSON/],
    [
      'a parameter that is too long',
      { ...SETTINGS, 'keys/long': { secret: 'x'.repeat(5000) } },
      /keys\/long: too long\. A parameter has at most 4096 bytes/,
    ],
  ])('reports %s', async (_what, content, said) => {
    const { status, output } = await settings('check', content);
    expect(output).toMatch(said);
    expect(status).toBe(1);
  });
});

describe('npx asterisk-callback settings diff', () => {
  it('names stored parameters that are called like properties of every object', async () => {
    await settings('push', SETTINGS, '--yes');
    store.put('constructor', 'x');
    store.put('__proto__', 'x');
    const { output } = await settings('diff', SETTINGS);
    expect(output).toMatch(/constructor {2}is not in the file/);
    expect(output).toMatch(/__proto__ {2}is not in the file/);
  });
});

describe('npx asterisk-callback settings push', () => {
  it('writes only what differs, and deletes nothing without --delete', async () => {
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
    expect(output).toMatch(/keys\/old {2}is not in the file\. It stays\. To delete it, add --delete/);
    expect(status).toBe(0);
    expect(Object.keys(await stored())).toContain('keys/old');
  });

  it.each([
    ['AccessDeniedException', /Allow ssm:GetParametersByPath, ssm:PutParameter/],
    ['InternalServerError', /run the command again/],
  ] as const)('explains the refusal of AWS: %s', async (fault, said) => {
    store.fault = fault;
    const { status, output } = await settings('push', SETTINGS, '--yes');
    expect(output).toMatch(said);
    expect(output).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });

  it('asks for a region', async () => {
    const { AWS_REGION: _, ...rest } = env();
    const args = ['diff', await fileOf(SETTINGS), '--stage', 'prod'];
    const { output, status } = await runTool('settings', args, { env: rest });
    expect(output).toMatch(/no region is set\. Set AWS_REGION/);
    expect(status).toBe(1);
  });

  it('has no secret in its arguments and environment', async () => {
    store.fault = 'hang';
    const script = fileURLToPath(new URL('../../cli/asterisk-callback.js', import.meta.url));
    const args = [script, 'settings', 'push', await fileOf(SETTINGS), '--stage', 'prod', '--yes'];
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
