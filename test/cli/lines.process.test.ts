import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SqliteTable } from '../../lib/store/sqlite/sqlite-table.ts';
import { createStore } from '../../lib/store/store.ts';
import { runTool } from '../support/cli/run-tool.ts';
import { settingsFor } from '../support/http/settings.ts';
import { newRecord } from '../support/store/records.ts';

/** Each run of the program loads the AWS SDK. */
describe('npx asterisk-callback', { timeout: 60_000 }, () => {
  let folder: string;
  let here: string[];
  let waiting: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-cli-'));
    const flat = settingsFor({ url: 'http://127.0.0.1:1', username: 'callback', secret: 'x' });
    const settings = {
      ...flat,
      'lines/sales': { capacity: 4 },
      'lines/unused': { capacity: 1 },
      'routes/default': { ...flat['routes/default'], line: 'sales', pool: ['3200', '3201'] },
    };
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    here = ['--settings', join(folder, 'settings.json'), '--data', folder];
    const store = createStore(new SqliteTable({ folder }));
    const record = newRecord({ line: 'sales', dueAt: Date.now(), agent: '3200', priority: 2 });
    const saved = await store.saveCallback({ ...record, expiresAt: Date.now() + 3_600_000 });
    waiting = saved?.callback.id ?? '';
    await store.close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = async (command: string, ...words: string[]) => {
    const { status, stdout, output } = await runTool(command, [...words, ...here]);
    return { status, text: stdout, output };
  };
  const json = async (command: string, ...words: string[]) =>
    JSON.parse((await run(command, ...words, '--json')).text);

  it('lines list shows every line of the settings, also one that no route uses', async () => {
    const { text } = await run('lines', 'list');
    const rows = text.trimEnd().split('\n');
    expect(rows[0]).toBe('LINE    STATE      SLOTS   DUE  SCHEDULED  OLDEST WAIT');
    expect(rows[1]).toMatch(/^sales {3}no runner {2}0 of 4 {2}1 {4}0 {10}\d+ s$/);
    expect(rows[2]).toBe('unused  no runner  0 of 1  0    0          -');
    expect(await json('lines', 'list')).toMatchObject({
      lines: [{ name: 'sales', due: 1 }, { name: 'unused' }],
    });
  });

  it('lines pause, show and resume change one line', async () => {
    expect((await run('lines', 'pause', 'sales')).text).toMatch(/^line +sales\nstate +paused\n/);
    expect(await json('lines', 'show', 'sales')).toMatchObject({ paused: true, runner: null });
    expect(await json('lines', 'show', 'unused')).toMatchObject({ paused: false });
    expect(await json('lines', 'resume', 'sales')).toMatchObject({ name: 'sales', paused: false });
  });

  it('agents pause, list, show and resume change one agent', async () => {
    expect((await run('agents', 'pause', '3201')).text).toBe('AGENT  STATE\n3201   paused\n');
    expect((await run('agents', 'list')).text).toBe('AGENT  STATE\n3200   free\n3201   paused\n');
    expect(await json('agents', 'list', '--line', 'unused')).toEqual({ agents: [] });
    expect(await json('agents', 'resume', '3201')).toEqual({
      extension: '3201',
      status: 'free',
      paused: false,
    });
    expect(await json('agents', 'show', '3201')).toMatchObject({ status: 'free' });
  });

  it('callbacks show says what a waiting callback waits for', async () => {
    const { text } = await run('callbacks', 'show', waiting);
    expect(text).toMatch(/\nline +sales, priority 2\ncreated .*\ndue +2\d{3}-\S+Z\nexpires +2\d{3}-\S+Z\n/);
  });

  it('lines list needs no PBX in the settings, as start does with its simulator', async () => {
    const file = join(folder, 'simulated.json');
    const route = { channel: 'PJSIP/{agent}', context: 'OUT_EXT2', to: { allow: ['+7'] }, line: 'sales' };
    await writeFile(file, JSON.stringify({ 'lines/sales': { capacity: 4 }, 'routes/default': route }));
    const { stdout } = await runTool('lines', ['list', '--json', '--settings', file, '--data', folder]);
    expect(JSON.parse(stdout)).toMatchObject({ lines: [{ name: 'sales' }] });
  });

  it('callbacks cancel --json prints the callback that waited, and no log line', async () => {
    expect(await json('callbacks', 'cancel', waiting)).toMatchObject({ id: waiting, status: 'canceled' });
  });

  it.each([
    ['lines', ['show', 'gone'], 'There is no line with this name'],
    ['lines', ['pause', '../sales'], 'There is no line with this name'],
    ['agents', ['pause', '4200'], 'No route of a line calls that agent'],
    ['agents', ['list', '--line', 'gone'], 'There is no line with this name'],
  ])('%s %j says what is wrong', async (command, words, said) => {
    const { status, output } = await run(command, ...words);
    expect([status, output]).toEqual([1, expect.stringContaining(said)]);
  });

  it('lines list names the settings file that cannot be used', async () => {
    const file = join(folder, 'gone.json');
    const { output } = await runTool('lines', ['list', '--settings', file, '--data', folder]);
    expect(output).toContain(`${file} cannot be used:\nThere is no such file`);
  });

  it('lines list without a place says where to look', async () => {
    const { status, output } = await runTool('lines', ['list']);
    expect([status, output]).toEqual([1, expect.stringContaining('Add --stage NAME')]);
  });
});
