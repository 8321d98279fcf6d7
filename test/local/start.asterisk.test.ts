import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  DeleteParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Callback } from '../../lib/calls/callback.ts';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { describeOnAsterisk, watchEvents } from '../support/asterisk/index.ts';

const SCRIPT = fileURLToPath(new URL('../../cli/asterisk-callback.js', import.meta.url));

/** A shell that is set up for somebody's real AWS account, which must be left alone. */
const env = {
  ...process.env,
  AWS_PROFILE: 'nobody',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_USE_FIPS_ENDPOINT: 'true',
};

interface Started extends AsyncDisposable {
  process: ChildProcess;
  url: string;
  /** The lines of standard output that begin with curl. */
  curls: string[];
  output: () => string;
}

function run(...options: string[]) {
  const child = spawn(process.execPath, [SCRIPT, 'start', ...options], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return { child, output: () => output, exited: once(child, 'close') };
}

/** What it says and its exit status, for a start that comes to nothing. */
async function runToEnd(...options: string[]) {
  const { output, exited } = run(...options);
  const [status] = await exited;
  return { status, output: output() };
}

async function start(...options: string[]): Promise<Started> {
  const { child, output, exited } = run('--port', '0', ...options);
  await vi.waitFor(
    () => {
      if (!/curl .*\n\n/s.test(output())) throw new Error(`not up yet: ${output()}`);
    },
    { timeout: 15_000, interval: 20 },
  );
  const url = /http:\/\/localhost:\d+/.exec(output())?.[0] ?? '';
  const curls = output()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('curl '));
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { process: child, url, curls, output, [Symbol.asyncDispose]: stop };
}

/** Does what a printed line says; curl itself is not on every machine. */
async function follow(line: string | undefined) {
  const [program, ...args] = [...(line ?? '').matchAll(/'([^']*)'|"([^"]*)"|\S+/g)].map(
    (word) => word[1] ?? word[2] ?? word[0],
  );
  expect(program).toBe('curl');
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      silent: { type: 'boolean', short: 's' },
      'show-headers': { type: 'boolean', short: 'i' },
      header: { type: 'string', short: 'H', multiple: true, default: [] },
      data: { type: 'string', short: 'd' },
    },
  });
  expect(positionals).toHaveLength(1);
  const headers = values.header.map((header): [string, string] => {
    const [name = '', value = ''] = header.split(': ');
    return [name, value];
  });
  const reply = await fetch(positionals[0] ?? '', {
    headers,
    ...(values.data !== undefined && { method: 'POST', body: values.data }),
  });
  const body = (await reply.json()) as Pick<Callback, 'id' | 'asterisk'>;
  return { status: reply.status, headers: reply.headers, body };
}

describe('npm start', () => {
  let started: Started;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started?.[Symbol.asyncDispose]());

  it('says what it serves', () => {
    expect(started.output()).toContain('main: the embedded simulator');
    expect(started.output()).toContain('default: agent first, PJSIP/{agent}, then OUT_EXT2,{to},1');
  });

  it('prints a curl line that rings', async () => {
    expect(started.curls[0]).toMatch(
      /^curl -si http:\/\/localhost:\d+\/callbacks -H "Authorization: Bearer demo\.[\w-]{24}" -H 'Content-Type: application\/json' -d '\{"agent":"3200","to":"\+74951234567"\}'$/,
    );
    const { status, headers, body } = await follow(started.curls[0]);
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'queued', agent: '3200', asterisk: { response: 'Success' } });
    expect(headers.get('location')).toBe(`/callbacks/${body.id}`);
  });

  it.skipIf(spawnSync('curl', ['--version']).error)('prints lines that a shell takes as they are', () => {
    for (const line of started.curls) {
      const { stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
      expect(stdout).toMatch(/^HTTP\/1\.1 201 /);
      expect(stdout).toContain('"response":"Success"');
    }
  });

  it('prints a classic URL that rings', async () => {
    expect(started.curls[1]).toContain('/callback?p=1&c=OUT_EXT2&cid=3200&num=84951234567&token=demo.');
    const { status, body } = await follow(started.curls[1]);
    expect(status).toBe(201);
    expect(body).toMatchObject({ to: '+74951234567', asterisk: { response: 'Success' } });
  });

  it('prints a line that shows a busy customer', async () => {
    const { status, body } = await follow(started.curls[2]);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      legs: { first: { status: 'answered' }, second: { status: 'busy', cause: 17 } },
    });
  });

  it('prints each step of a call', async () => {
    const call = started.output().match(/^call \d+: .*$/gm)?.length ?? 0;
    await follow(started.curls[2]);
    await expect
      .poll(
        () =>
          started
            .output()
            .match(/^call \d+: .*$/gm)
            ?.slice(call) ?? [],
        { timeout: 10_000 },
      )
      .toEqual(
        expect.arrayContaining(
          ['3200 rings', '3200 answered', '…01 is busy', 'the call has ended: busy'].map((step) =>
            expect.stringMatching(new RegExp(`^call \\d+: ${step}$`)),
          ),
        ),
      );
  });

  it('takes a form', async () => {
    const authorization = /Bearer [\w.-]+/.exec(started.curls[0] ?? '')?.[0] ?? '';
    const body = new URLSearchParams({ agent: '3200', to: '8 (495) 123-45-67' });
    const reply = await fetch(`${started.url}/callbacks`, {
      method: 'POST',
      headers: { authorization },
      body,
    });
    expect(reply.status).toBe(201);
  });

  it('refuses who has no credentials', async () => {
    const reply = await fetch(`${started.url}/callbacks`, { method: 'POST', body: '{}' });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(await reply.json()).toMatchObject({ type: '/problems/credentials-missing' });
  });

  it('is healthy', async () => {
    const reply = await fetch(`${started.url}/health`);
    expect(await reply.json()).toEqual({ status: 'ok' });
  });

  it('has no body for HEAD', async () => {
    const reply = await fetch(`${started.url}/health`, { method: 'HEAD' });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe('');
  });

  it('refuses a body that Lambda would not take', async () => {
    const reply = await fetch(`${started.url}/callbacks`, { method: 'POST', body: 'x'.repeat(6_300_000) });
    expect(reply.status).toBe(413);
  });

  it('is there for this machine alone', async () => {
    const { port } = new URL(started.url);
    // Another address of the same machine: whoever listens on all of them would answer.
    await expect(fetch(`http://127.0.0.2:${port}/health`)).rejects.toThrow();
  });

  it('says what to do when the port is in use', async () => {
    const { port } = new URL(started.url);
    const { status, output } = await runToEnd('--port', port);
    expect(status).toBe(1);
    expect(output).toBe(
      `Port ${port} is in use. Stop the program that listens there, or choose another port with --port N.\n`,
    );
  });
});

describe('npm start, ended', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends at once by %s, with status 0', async (signal) => {
    await using started = await start();
    await follow(started.curls[0]); // leaves a warm session behind
    const since = performance.now();
    started.process.kill(signal);
    expect(await once(started.process, 'exit')).toEqual([0, null]);
    expect(performance.now() - since).toBeLessThan(2000);
  });

  it('ends with npm, also when npm alone is ended', async () => {
    const npm = spawn('npm', ['start', '--', '--port', '0'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await vi.waitFor(() => expect(output).toContain('curl'), { timeout: 15_000, interval: 50 });
    const health = `${/http:\/\/localhost:\d+/.exec(output)?.[0]}/health`;
    expect((await fetch(health)).status).toBe(200);
    npm.kill('SIGTERM');
    await expect.poll(() => fetch(health).catch(() => 'gone'), { timeout: 5000 }).toBe('gone');
  });

  it('logs off from the PBX', async () => {
    await using simulator = await startSimulator();
    await using started = await start('--settings', await settingsFile(settingsFor(simulator.url)));
    await order(started);
    expect(simulator.sessions).toBeGreaterThan(0);
    started.process.kill('SIGINT');
    await once(started.process, 'exit');
    expect(simulator.sessions).toBe(0);
  });

  it('does not wait for a PBX that hangs', async () => {
    await using simulator = await startSimulator();
    await using started = await start('--settings', await settingsFile(settingsFor(simulator.url)));
    await order(started);
    simulator.faults.add({ fault: { kind: 'black hole' }, when: 'Logoff' });
    const since = performance.now();
    started.process.kill('SIGINT');
    expect(await once(started.process, 'exit')).toEqual([0, null]);
    expect(performance.now() - since).toBeLessThan(2000);
  });
});

const KEY = 'a-key-of-one-who-tests';

function settingsFor(url: string) {
  const { username, secret } = DEFAULTS.users[0];
  return {
    'pbx/main/url': url,
    'pbx/main/username': username,
    'pbx/main/secret': secret,
    'routes/default': { channel: 'PJSIP/{agent}', context: 'OUT_EXT2', to: { country: 'RU', allow: ['+7'] } },
    'keys/web': { secret: KEY },
  };
}

async function settingsFile(settings: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'start-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'settings.json');
  await writeFile(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
  return file;
}

/** Fills in what the printed line leaves open. */
const order = (started: Started, agent = '3200', number = '4951234567') =>
  follow(started.curls[0]?.replace('$secret', KEY).replace('<agent>', agent).replace('<number>', number));

describe('npm start -- --settings FILE', () => {
  it('calls the PBX that the file names, and prints no secret of it', async () => {
    await using simulator = await startSimulator();
    const settings = settingsFor(simulator.url);
    await using started = await start('--settings', await settingsFile(settings));
    const { status, body } = await order(started);
    expect(status).toBe(201);
    expect(simulator.requests.some(({ action }) => action === 'Originate')).toBe(true);
    expect(body.asterisk.response).toBe('Success');
    expect(started.output()).toContain(`main: ${simulator.url}`);
    expect(started.output()).not.toContain(KEY);
    expect(started.output()).not.toContain(settings['pbx/main/secret']);
  });

  it('takes changes of the file with the next request', async () => {
    await using simulator = await startSimulator();
    const settings = settingsFor(simulator.url);
    const file = await settingsFile(settings);
    await using started = await start('--settings', file);
    expect((await order(started)).status).toBe(201);

    const route = { ...settings['routes/default'], agents: '^4[0-9]{3}$' };
    await writeFile(file, JSON.stringify({ ...settings, 'routes/default': route }));
    expect((await order(started)).body).toMatchObject({ type: '/problems/agent-not-allowed' });

    const { 'keys/web': _, ...keyless } = settings;
    await writeFile(file, JSON.stringify(keyless));
    expect((await order(started)).status).toBe(401);
  });

  it('goes on with the last good settings while the file is wrong, and says so once', async () => {
    await using simulator = await startSimulator();
    const file = await settingsFile(settingsFor(simulator.url));
    await using started = await start('--settings', file);
    await writeFile(file, '{');
    expect((await order(started)).status).toBe(201);
    expect((await order(started)).status).toBe(201);
    expect(started.output().split('the previous settings stay in use')).toHaveLength(2);
  });

  it('prints lines that read the secret from the file', async () => {
    const settings = settingsFor('http://127.0.0.1:9');
    for (const key of [{ secret: KEY }, JSON.stringify({ secret: KEY })]) {
      const file = await settingsFile({ ...settings, 'keys/web': key });
      await using started = await start('--settings', file);
      const [line = ''] = started.output().match(/secret=\$\(.*\)/) ?? [];
      const { stdout } = spawnSync('sh', ['-c', `${line}; echo "$secret"`], { encoding: 'utf8' });
      expect(stdout.trim()).toBe(KEY);
    }
  });

  it('rings the simulator where the file names no PBX', async () => {
    const { 'pbx/main/url': _, 'pbx/main/username': _1, 'pbx/main/secret': _2, ...rest } = settingsFor('');
    const file = await settingsFile({
      ...rest,
      'webhooks/crm': { source: 'json', secret: KEY, map: { to: 'phone' } },
    });
    await using started = await start('--settings', file);
    expect(started.output()).toContain('main: the embedded simulator');
    expect(started.output()).toContain('POST /webhooks/crm: json');
    expect((await order(started)).body.asterisk.response).toBe('Success');
  });

  it('names the route and the parts of a request that only the user knows', async () => {
    const settings = settingsFor('http://127.0.0.1:9');
    const sales = { ...settings['routes/default'], agent: '3200' };
    const file = await settingsFile({
      ...settings,
      'routes/default': undefined,
      'routes/sales': sales,
      'keys/web': undefined,
    });
    await using started = await start('--settings', file);
    expect(started.curls).toEqual([
      `curl -si ${started.url}/callbacks -H "Authorization: Bearer <keyId>.<secret>" -H 'Content-Type: application/json' -d '{"route":"sales","to":"+7<number>"}'`,
    ]);
    expect(started.output()).toContain('none, so only /health works');
  });

  it('names every parameter that is wrong', async () => {
    const { 'pbx/main/secret': _, ...settings } = settingsFor('ftp://pbx.example.com');
    const file = await settingsFile({ ...settings, 'routes/default': { chanel: 'PJSIP/{agent}' } });
    const { status, output } = await runToEnd('--settings', file);
    expect(status).toBe(1);
    expect(output).toContain(`${file} cannot be used:\n- `);
    expect(output).toContain('- pbx/main/url must be');
    expect(output).toMatch(/^- pbx\/main\/secret is missing: .*; add it to the file: "pbx\/main\/secret"/m);
    expect(output).toContain('did you mean "channel"?');
    expect(output).not.toMatch(/^\s+at /m);
  });

  it.each([
    { title: 'no file', file: '/nowhere/settings.json', says: 'There is no such file' },
    {
      title: 'no JSON',
      text: `{"pbx/main/secret": "${KEY}`,
      says: /settings\.json(:1:\d+)? is not valid JSON/,
    },
    { title: 'a list', text: '[]', says: 'does not contain a JSON object' },
    { title: 'nothing', text: '{}', says: 'Begin with a PBX, a route and a key' },
  ])('says what is wrong with $title', async ({ file, text, says }) => {
    const { status, output } = await runToEnd('--settings', file ?? (await settingsFile(text)));
    expect(status).toBe(1);
    expect(output).toMatch(says);
    expect(output).not.toContain(KEY);
    expect(output).not.toMatch(/^\s+at /m);
  });
});

describe('npm start -- --help', () => {
  it('shows options and examples', async () => {
    const { status, output } = await runToEnd('--help');
    expect(status).toBe(0);
    expect(output).toContain('npx asterisk-callback start --settings settings.json');
    expect(output).toContain('--port <port>');
  });

  it.each([['--port', '70000'], ['--port', '80x'], ['--sttings', 'x'], ['settings.json']])(
    'refuses %s %s',
    async (...options) => {
      const { status, output } = await runToEnd(...options);
      expect(status).toBe(1);
      expect(output).toMatch(/^error: /);
    },
  );
});

describeOnAsterisk('npm start -- --settings FILE', (pbx) => {
  it('rings a phone', async () => {
    const { username, secret } = pbx.users.callback;
    const file = await settingsFile({
      'pbx/main/url': pbx.httpsUrl,
      'pbx/main/username': username,
      'pbx/main/secret': secret,
      'pbx/main/ca': pbx.ca,
      'routes/default': {
        channel: 'Local/{agent}@phones',
        context: 'local',
        to: { country: 'RU', allow: ['+7'] },
      },
      'keys/web': { secret: KEY },
    });
    await using watcher = await watchEvents(pbx);
    await using started = await start('--settings', file);
    const { status, body } = await order(started);
    expect(status).toBe(201);
    expect(body).toMatchObject({ pbx: 'main', asterisk: { response: 'Success' } });
    const channel = await watcher.waitFor(
      (event) => event['Event'] === 'Newchannel' && event['Uniqueid'] === body.id,
    );
    expect(channel['Channel']).toMatch(/^Local\/3200@phones-/);
    await watcher.waitFor(
      (event) => event['UserEvent'] === 'Dialled' && JSON.stringify(event).includes('+74951234567'),
    );
    await watcher.action({ Action: 'Hangup', Channel: channel['Channel'] ?? '' });
    await expect
      .poll(() => started.output(), { timeout: 10_000 })
      .toMatch(/^call 1: 3200 answered$[\s\S]*^call 1: the call has ended: /m);
  });
});

/** Returns the ports that a process listens on, from /proc as any other process can read it. */
async function listeningPorts(pid: number): Promise<number[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')));
  return tables
    .flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
    .filter(([, , , state, , , , , , inode = '']) => state === '0A' && inodes.has(inode))
    .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16));
}

describe('another process of the machine, while npx asterisk-callback start runs', () => {
  let started: Started;
  let ports: number[];
  beforeAll(async () => {
    started = await start();
    await follow(started.curls[0]);
    ports = (await listeningPorts(started.process.pid ?? 0)).filter(
      (port) => port !== Number(new URL(started.url).port),
    );
  });
  afterAll(() => started?.[Symbol.asyncDispose]());

  const outcome = (request: Promise<unknown>): Promise<string> =>
    request.then(
      (value) => JSON.stringify(value),
      (error: Error) => error.name,
    );

  it('finds two more ports: the simulator and Parameter Store', () => {
    expect(ports).toHaveLength(2);
  });

  it.each([
    { accessKeyId: 'local', secretAccessKey: 'local' },
    { accessKeyId: 'test', secretAccessKey: 'test' },
  ])('cannot read or write settings with the key $accessKeyId', async (credentials) => {
    for (const port of ports) {
      const client = new SSMClient({
        endpoint: `http://127.0.0.1:${port}`,
        region: 'local',
        credentials,
        maxAttempts: 1,
      });
      const Path = '/asterisk-callback/local';
      const answers = [
        await outcome(
          client.send(new GetParametersByPathCommand({ Path, Recursive: true, WithDecryption: true })),
        ),
        await outcome(
          client.send(
            new PutParameterCommand({
              Name: `${Path}/pbx/main/url`,
              Value: 'http://192.0.2.1',
              Overwrite: true,
            }),
          ),
        ),
        await outcome(client.send(new DeleteParameterCommand({ Name: `${Path}/pbx/main/url` }))),
      ];
      for (const answer of answers) expect(answer).toMatch(/^[A-Za-z]*(Exception|Error)$/);
    }
    expect((await follow(started.curls[0])).status).toBe(201);
  });

  it('cannot log in to the simulator with the secret of the source code', async () => {
    const { username, secret } = DEFAULTS.users[0];
    for (const port of ports) {
      const query = new URLSearchParams({ Action: 'Login', Username: username, Secret: secret });
      const reply = await fetch(`http://127.0.0.1:${port}/rawman?${query}`);
      expect(await reply.text()).not.toContain('Authentication accepted');
    }
  });
});

describe('npx asterisk-callback start with a file that names a PBX', () => {
  it('starts no simulator', async () => {
    const file = await settingsFile(settingsFor('http://127.0.0.1:9'));
    await using started = await start('--settings', file);
    expect(await listeningPorts(started.process.pid ?? 0)).toHaveLength(2);
  });
});
