import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionPool } from '../../lib/asterisk/session-pool.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { SqliteTable } from '../../lib/store/sqlite/sqlite-table.ts';
import { createStore } from '../../lib/store/store.ts';
import { type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { dial } from '../support/calls/services.ts';
import { runTool } from '../support/cli/run-tool.ts';
import { settingsFor } from '../support/http/settings.ts';

/** Each run of the program loads the AWS SDK. */
describe('npx asterisk-callback callbacks', { timeout: 60_000 }, () => {
  let folder: string;
  let simulator: Simulator;
  let here: string[];
  const ids: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-cli-'));
    const controller = {
      username: 'owner',
      secret: 'owner-secret-0123',
      read: 'call',
      write: 'originate,call,reporting',
    };
    simulator = await startSimulator({ users: [controller] });
    const flat = settingsFor({
      url: simulator.url,
      username: controller.username,
      secret: controller.secret,
    });
    await writeFile(join(folder, 'settings.json'), JSON.stringify(flat));
    here = ['--settings', join(folder, 'settings.json'), '--data', folder];
    const store = createStore(new SqliteTable({ folder }), { retentionDays: 7 });
    const settings = parseSettings(flat);
    const read = async () => settings;
    const sessions = new SessionPool();
    const services = { settings: { get: read, refresh: read }, sessions, store: async () => store };
    const place = (agent: string, to: string, wait = 'accepted') =>
      dial(services, { agent, to, wait, timeoutSeconds: 120 });
    for (const each of [
      await place('3201', '+74951234501', 'completed'),
      await place('3206', '+74951234500'),
      await place('3206', '+74951234502'),
    ]) {
      ids.unshift(each.id);
    }
    await sessions.close();
    await store.close();
  });
  afterAll(async () => {
    await simulator.close();
    await rm(folder, { recursive: true });
  });

  it('lists the newest first, and filters', async () => {
    const all = await runTool('callbacks', ['list', ...here]);
    expect(
      all.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ +/).at(-1)),
    ).toEqual(['ID', ...ids]);
    expect(all.stdout).toMatch(/^CREATED +STATUS +ROUTE +AGENT +TO +ID\n/);
    const busy = await runTool('callbacks', ['list', '--status', 'busy', '--json', ...here]);
    expect(JSON.parse(busy.stdout)).toMatchObject({ callbacks: [{ id: ids[2] }], more: false });
    const two = await runTool('callbacks', ['list', '--limit', '2', '--json', ...here]);
    expect(JSON.parse(two.stdout)).toMatchObject({ callbacks: [{ id: ids[0] }, { id: ids[1] }], more: true });
    const number = await runTool('callbacks', ['list', '--to', '8 495 123-45-00', '--json', ...here]);
    expect(JSON.parse(number.stdout)).toMatchObject({ callbacks: [{ id: ids[1] }] });
  });

  it('shows a callback and cancels it', async () => {
    const [id = ''] = ids;
    expect((await runTool('callbacks', ['show', id, ...here])).stdout).toMatch(
      /^id +cb_.*\nstatus +ringing at .*\nlive +yes\n/,
    );
    const cancelled = await runTool('callbacks', ['cancel', id, '--json', ...here]);
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ id, status: 'canceled', live: false });
    expect(simulator.calls.at(-1)?.status).toBe('ended');
  });

  it('keeps a canceled callback for the days that the process of the callback has set', async () => {
    const isKeptFor = async (days: number) => {
      const store = createStore(new SqliteTable({ folder, now: () => Date.now() + days * 86_400_000 }));
      const record = await store.readCallback(ids[0] ?? '');
      await store.close();
      return record?.callback.status === 'canceled';
    };
    expect([await isKeptFor(6.9), await isKeptFor(7.1)]).toEqual([true, false]);
  });

  it('says that no callback is found, and does not make a store of a folder that has none', async () => {
    const none = await runTool('callbacks', ['list', '--status', 'expired', ...here]);
    expect(none.stdout).toBe('No callbacks match.\n');
    const elsewhere = join(folder, 'elsewhere');
    const where = here.with(here.indexOf('--data') + 1, elsewhere);
    const { status, output } = await runTool('callbacks', ['list', ...where]);
    expect([status, output]).toEqual([1, expect.stringContaining('has no callbacks.sqlite. Check --data')]);
    expect(existsSync(elsewhere)).toBe(false);
  });

  it('says that the database of the folder cannot be used', async () => {
    const broken = join(folder, 'broken');
    await mkdir(broken);
    await writeFile(join(broken, 'callbacks.sqlite'), 'not a database');
    const where = here.with(here.indexOf('--data') + 1, broken);
    const { status, output } = await runTool('callbacks', ['list', ...where]);
    expect([status, output]).toEqual([
      1,
      `--data ${broken} cannot be used: file is not a database. Check the folder.\n`,
    ]);
  });

  it('erases the records of a number and no others', async () => {
    expect((await runTool('callbacks', ['erase', '--to', '+74951234501', ...here])).stdout).toBe(
      'Removed 1 record.\n',
    );
    const left = await runTool('callbacks', ['list', '--json', ...here]);
    expect(JSON.parse(left.stdout)).toMatchObject({ callbacks: [{ id: ids[0] }, { id: ids[1] }] });
    const gone = await runTool('callbacks', ['show', ids[2] ?? '', ...here]);
    expect([gone.status, gone.output]).toEqual([
      1,
      expect.stringContaining('There is no callback with this id'),
    ]);
  });

  it.each([
    [['list'], 'Add --stage NAME, or --settings FILE with --data FOLDER or --dynamodb URL.'],
    [['list', '--stage', 'prod', '--data', 'x'], 'cannot be used with'],
    [['list', '--settings', 'x', '--data', 'x', '--table', 'x'], 'cannot be used with'],
    ...['status', 'route', 'line', 'agent', 'from', 'until'].map((name): [string[], string] => [
      ['list', '--stage', 'prod', '--to', '+74951234500', `--${name}`, 'x'],
      `cannot be used with option '--${name}`,
    ]),
    [['list', '--limit', '0'], 'Use a number from 1 to 99999.'],
  ])('says what to do about %j', async (words, said) => {
    const { status, output } = await runTool('callbacks', words);
    expect([status, output]).toEqual([1, expect.stringContaining(said)]);
  });

  it('says what to do when the table cannot be reached', async () => {
    const env = {
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    };
    const { status, output } = await runTool('callbacks', ['list', '--stage', 'prod'], { env });
    expect([status, output]).toEqual([1, expect.stringContaining('The store could not be reached')]);
  });
});
