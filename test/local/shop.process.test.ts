import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../../tools/bundle/bundle.ts';
import { runTool } from '../support/cli/run-tool.ts';
import { startProcess } from '../support/local/start-process.ts';

/** The first settings of a page, as a reader copies them. They name no PBX, so the simulator rings. */
const exampleOf = (page: string): string =>
  /```json\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs', page), 'utf8'))?.[1] ?? '';

describe('npm start with the settings of the docs', { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-shop-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function start(page: string) {
    const file = join(folder, `${page}.json`);
    const settings = JSON.parse(exampleOf(page));
    await writeFile(file, exampleOf(page));
    const process = await startProcess(['--settings', file, '--data', folder]);
    const secret: string = settings['keys/shop'].secret;
    const headers = { authorization: `Bearer shop.${secret}`, 'content-type': 'application/json' };
    const place = async (fields: object) => {
      const body = JSON.stringify({ route: 'callback', ...fields });
      const response = await fetch(`${process.url}/callbacks`, { method: 'POST', headers, body });
      return { status: response.status, callback: (await response.json()) as { id: string; dueAt: string } };
    };
    const read = async (id: string) => (await fetch(`${process.url}/callbacks/${id}`, { headers })).json();
    return { process, file, place, read };
  }

  it('calls a customer of the line in queue.md by an agent of its pool, and the commands show the line', async () => {
    const { process, file, place, read } = await start('queue.md');
    await using _ = process;
    const { status, callback } = await place({ to: '030 901807' });
    expect(status).toBe(202);
    await vi.waitFor(async () => expect(await read(callback.id)).toMatchObject({ status: 'completed' }), {
      timeout: 30_000,
      interval: 100,
    });
    const where = ['--settings', file, '--data', folder];
    expect((await runTool('lines', ['show', 'sales', ...where])).output).toMatch(/slots +0 of 4/);
    expect((await runTool('agents', ['list', ...where])).output).toContain('3203');
    const callFile = join(folder, 'reminder.call');
    await writeFile(callFile, 'Channel: PJSIP/3200\nContext: from-internal\nExtension: 4930901820\n');
    const { output } = await runTool('call-file', [callFile, '--settings', file]);
    expect(output).toContain('"to": "+4930901820"');
  });

  it('accepts a callback of times.md, due when the shop is open', async () => {
    const { process, place } = await start('times.md');
    await using _ = process;
    const { status, callback } = await place({ to: '030 901808', delaySeconds: 60 });
    expect(status).toBe(202);
    const due = new Date(callback.dueAt);
    const inBerlin = (part: object) =>
      due.toLocaleString('en-GB', { timeZone: 'Europe/Berlin', hourCycle: 'h23', ...part });
    const hour = inBerlin({ hour: '2-digit' });
    expect(inBerlin({ weekday: 'short' })).not.toBe('Sun');
    expect(Number(hour)).toBeGreaterThanOrEqual(9);
    expect(Number(hour)).toBeLessThan(20);
  });
});
