import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
describe('npx asterisk-callback', { timeout: 60_000 }, () => {
  let folder: string;
  let simulator: Simulator;
  let here: string[];
  let unlisted: string[];
  let call: (to: string) => Promise<unknown>;
  let close: () => Promise<void>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-limits-'));
    const user = { username: 'u', secret: 'user-secret-0123', read: 'call', write: 'originate' };
    simulator = await startSimulator({ users: [user] });
    const flat = {
      ...settingsFor({ url: simulator.url, username: user.username, secret: user.secret }),
      limits: { perDay: 500, perNumberPerDay: 3, timezone: 'Europe/Berlin' },
    };
    const write = async (name: string, settings: object): Promise<string[]> => {
      await writeFile(join(folder, name), JSON.stringify(settings));
      return ['--settings', join(folder, name), '--data', folder];
    };
    const secured = { ...flat, doNotCallSecret: 'do-not-call-0123456789' };
    here = await write('settings.json', secured);
    unlisted = await write('unlisted.json', flat);
    const store = createStore(new SqliteTable({ folder }));
    const settings = parseSettings(secured);
    const read = async () => settings;
    const sessions = new SessionPool();
    const services = { settings: { get: read, refresh: read }, sessions, store: async () => store };
    call = (to) => dial(services, { agent: '3206', to });
    close = async () => {
      await sessions.close();
      await store.close();
    };
  });
  afterAll(async () => {
    await close();
    await simulator.close();
    await rm(folder, { recursive: true });
  });

  it('limits show prints what is counted now', async () => {
    await call('+74951234500');
    await call('+74951234501');
    const shown = await runTool('limits', ['show', ...here]);
    expect(shown.stdout).toMatch(
      /^PARAMETER +LIMIT +USED +UNTIL\nlimits +perDay +2 of 500 +\d{4}-\d\d-\d\dT2[23]:00:00\.000Z\n$/,
    );
    const one = await runTool('limits', ['show', '--to', '8 495 123-45-00', '--json', ...here]);
    expect(JSON.parse(one.stdout)).toMatchObject({
      limits: [
        { parameter: 'limits', limit: 'perDay', used: 2, max: 500 },
        { parameter: 'limits', limit: 'perNumberPerDay', used: 1, max: 3 },
      ],
    });
  });

  it('do-not-call adds, lists and removes a number', async () => {
    const added = await runTool('do-not-call', ['add', '8 (495) 123-45-00', ...here]);
    expect(added.stdout).toBe('No route calls +74951234500 any more.\n');
    await expect(call('+74951234500')).rejects.toMatchObject({ code: 'do-not-call' });
    const until = '2099-01-01T00:00:00.000Z';
    const later = await runTool('do-not-call', ['add', '+74951234501', '--until', until, '--json', ...here]);
    expect(JSON.parse(later.stdout)).toMatchObject({ number: '+74951234501', until });
    const listed = await runTool('do-not-call', ['list', '--json', ...here]);
    expect(listed.stdout).not.toContain('4951234');
    const { numbers } = JSON.parse(listed.stdout);
    expect(numbers).toHaveLength(2);
    expect(numbers.map((entry: { until: string }) => entry.until).toSorted()).toEqual([until, null]);
    const removed = await runTool('do-not-call', ['remove', '84951234500', ...here]);
    expect(removed.stdout).toBe('+74951234500 may be called again.\n');
    await call('+74951234500');
    const again = await runTool('do-not-call', ['remove', '84951234500', ...here]);
    expect(again.stdout).toBe('+74951234500 was not on the list.\n');
  });

  it('do-not-call list marks numbers that were added with another secret', async () => {
    const other = join(folder, 'other.json');
    const settings = {
      ...settingsFor({ url: simulator.url, username: 'u', secret: 's' }),
      doNotCallSecret: 'x'.repeat(16),
    };
    await writeFile(other, JSON.stringify(settings));
    const list = await runTool('do-not-call', ['list', '--settings', other, '--data', folder]);
    expect(list.stdout).toMatch(
      /^HASH +ADDED +UNTIL\n[0-9a-zA-Z_-]+ +20\S+ +2099\S+ +no effect: added with another doNotCallSecret\n$/,
    );
  });

  it.each([
    [['list'], 'The owner must add doNotCallSecret to the settings'],
    [['add', '+74951234500'], 'The owner must add doNotCallSecret to the settings'],
  ])('do-not-call %j says what to do without a secret', async (words, said) => {
    const { status, output } = await runTool('do-not-call', [...words, ...unlisted]);
    expect([status, output]).toEqual([1, expect.stringContaining(said)]);
  });

  it('do-not-call add says what is wrong with a number', async () => {
    const { status, output } = await runTool('do-not-call', ['add', '+7 000 123', ...here]);
    expect([status, output]).toEqual([1, expect.stringContaining('not a valid phone number')]);
  });
});
