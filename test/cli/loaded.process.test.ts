import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SqliteTable } from '../../lib/store/sqlite/sqlite-table.ts';
import { runTool } from '../support/cli/run-tool.ts';
import { settingsFor } from '../support/http/settings.ts';
import { startProcess } from '../support/local/start-process.ts';

const PRELOAD = new URL('../support/cli/loaded-modules.ts', import.meta.url).href;

/** Each run of the program loads much. */
describe('npx asterisk-callback', { timeout: 60_000 }, () => {
  let folder: string;
  let settings: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-loaded-'));
    settings = join(folder, 'settings.json');
    const flat = settingsFor({ url: 'http://127.0.0.1:9', username: 'owner', secret: 'owner-secret-0123' });
    await writeFile(settings, JSON.stringify(flat));
    // The commands refuse a folder without a database.
    await new SqliteTable({ folder }).close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const environment = (name: string) => ({
    NODE_OPTIONS: `--import ${PRELOAD}`,
    LOADED_TO: join(folder, name),
  });
  const loadedBy = async (name: string): Promise<string[]> => {
    const urls = (await readFile(join(folder, name), 'utf8')).split('\n');
    expect(urls.some((url) => url.endsWith('/cli/program.ts'))).toBe(true);
    return urls.filter((url) => /@aws-sdk\/(client|lib)-dynamodb/.test(url));
  };

  it.each([
    ['--help', []],
    ['settings', ['check', 'SETTINGS']],
    ['call-file', ['--help']],
    ['callbacks', ['list', '--settings', 'SETTINGS', '--data', 'FOLDER']],
  ])('loads no client of DynamoDB for %s %j', async (command, args) => {
    const name = `loaded-${command}`;
    const all = args.map((arg) => ({ SETTINGS: settings, FOLDER: folder })[arg] ?? arg);
    const { status, output } = await runTool(command, all, { env: environment(name) });
    expect({ status, output }).toEqual({ status: 0, output });
    expect(await loadedBy(name)).toEqual([]);
  });

  it('loads no client of DynamoDB for start with SQLite', async () => {
    await using process = await startProcess(
      ['--settings', settings, '--data', folder],
      0,
      environment('loaded-start'),
    );
    expect((await fetch(`${process.url}/health`)).ok).toBe(true);
    expect(await loadedBy('loaded-start')).toEqual([]);
  });
});
