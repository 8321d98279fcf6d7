import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { type CallbackFunction, codeOf, openCallbackFunction } from '../support/http/callback-function.ts';
import { SECRET, settingsFor } from '../support/http/settings.ts';

const tool = fileURLToPath(new URL('../../cli/asterisk-callback.js', import.meta.url));

describe('asterisk-callback link', () => {
  let simulator: Simulator;
  let lambda: CallbackFunction;
  let directory: string;
  const link = async (...more: string[]): Promise<string> => {
    const args = [tool, 'link', '--settings', join(directory, 'settings.json'), ...more];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return stdout.trim();
  };
  const order = ['--key', 'web', '--num', '+7 (495) 123-45-67', '--cid', '3200'];

  beforeAll(async () => {
    simulator = await startSimulator();
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    directory = await mkdtemp(join(tmpdir(), 'link-'));
    const linked = {
      ...settings,
      'lines/sales': { capacity: 1 },
      'routes/pool': { ...settings['routes/default'], line: 'sales', pool: ['3200', '3201'] },
      'keys/shop': { secret: SECRET, routes: ['pool'] },
      'keys/reader': { secret: SECRET, scopes: ['read'] },
    };
    await writeFile(join(directory, 'settings.json'), JSON.stringify(linked));
    lambda = await openCallbackFunction(linked);
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
    await lambda[Symbol.asyncDispose]();
    await simulator.close();
  });

  it('makes a link that the function accepts below a base path and without it', async () => {
    const url = await link(...order, '--base', 'https://api.example.com/telephony/', '--ttl', '60');
    expect(url).toMatch(/^https:\/\/api\.example\.com\/telephony\/callback\?/);
    expect(url).not.toContain(SECRET);
    const { pathname, search } = new URL(url);
    for (const path of [pathname, '/callback']) {
      const { status, body } = await lambda.ask({ url: `${path}${search}` });
      expect({ status, to: body['to'], agent: body['agent'] }).toEqual({
        status: 201,
        to: '+74951234567',
        agent: '3200',
      });
    }
    expect(codeOf(await lambda.ask({ url: `/callback${search.replace('3200', '3201')}` }))).toBe(
      'credentials-invalid',
    );
  });

  it('makes a link with the parameters of a classic URL', async () => {
    const url = new URL(await link(...order, '--c', 'OUT_EXT2', '--p', '1', '--wait', 'accepted'));
    expect((await lambda.ask({ url: `/callback${url.search}` })).status).toBe(201);
  });

  it('makes a link without an agent for a route with a pool, which chooses one', async () => {
    const order = ['--key', 'shop', '--num', '+7 495 123-45-68', '--route', 'pool'];
    const { search } = new URL(await link(...order));
    const { status, body } = await lambda.ask({ url: `/callback${search}` });
    expect([status, body]).toEqual([202, expect.objectContaining({ status: 'queued', agent: '' })]);
    await expect(link(...order, '--cid', '3200')).rejects.toThrow(/leave --cid out/);
    await expect(link(...order, '--wait', 'connected')).rejects.toThrow(/wait in a line/);
  });

  it.each([
    [
      'a key that is not there',
      ['--key', 'nobody', '--num', '1'],
      /Use one of these with --key: web, legacy/,
    ],
    ['a key without a secret', ['--key', 'crm', '--num', '1'], /IAM principal/],
    [
      'a route that the key may not use',
      ['--key', 'elsewhere', '--num', '1'],
      /may not use the route default/,
    ],
    ['a key that may not place callbacks', ['--key', 'reader', '--num', '1'], /lacks the scope "place"/],
    ['a route that is not there', ['--key', 'office', '--num', '1', '--route', 'x'], /no routes\/x/],
    ['no time', ['--key', 'web', '--num', '1', '--ttl', '0'], /number of seconds/],
    ['no number', ['--key', 'web'], /--num/],
    ['no agent', ['--key', 'web', '--num', '+74951234567'], /\(agent-missing\): Send --cid, the extension/],
    ['an empty agent', [...order, '--cid', ''], /: --cid is empty/],
    ['a base with a query', [...order, '--base', 'https://x.example/?a'], /without a query/],
  ])('refuses %s, and says why', async (_, options, why) => {
    await expect(link(...options)).rejects.toThrow(why);
  });
});
