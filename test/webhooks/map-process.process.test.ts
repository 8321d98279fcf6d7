import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MapProcess } from '../../lib/webhooks/map-process.ts';

const ONE = { map: { to: '"1"' }, payload: '{}' };
const ENDLESS = { map: { to: '$match(phone, /^(a+)+$/)' }, payload: `{"phone":"${'a'.repeat(40)}!"}` };
const HUGE = { map: { to: '$string($length($pad("a", 500000000)))' }, payload: '{}' };

const isRunning = (pid: number | undefined): boolean => existsSync(`/proc/${pid}/exe`);
const memoryMb = (pid: number): number => {
  const [, kilobytes = 0] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
};

describe('MapProcess', () => {
  it('starts with the first event and keeps its process for the next', async () => {
    const maps = new MapProcess();
    expect(maps.pid).toBeUndefined();
    await maps.evaluate(ONE);
    const { pid } = maps;
    expect(isRunning(pid)).toBe(true);
    expect(await maps.evaluate(ONE)).toEqual({ ok: true, fields: { to: '1' } });
    expect(maps.pid).toBe(pid);
  });

  it.each([
    ['time', ENDLESS],
    ['memory', HUGE],
  ])('kills a process that takes too much %s, and starts another for the next event', async (_, task) => {
    const maps = new MapProcess();
    await maps.evaluate(ONE);
    const { pid } = maps;
    expect(await maps.evaluate(task)).toMatchObject({ ok: false, fault: 'limit' });
    await expect.poll(() => isRunning(pid)).toBe(false);
    expect(await maps.evaluate(ONE)).toEqual({ ok: true, fields: { to: '1' } });
    expect(maps.pid).not.toBe(pid);
  });

  it('never lets the process use 300 MB', async () => {
    const maps = new MapProcess();
    await maps.evaluate(ONE);
    let most = 0;
    const watch = setInterval(() => {
      if (isRunning(maps.pid)) most = Math.max(most, memoryMb(maps.pid ?? 0));
    }, 1);
    onTestFinished(() => clearInterval(watch));
    await maps.evaluate(HUGE);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(300);
  });

  it('evaluates events one after the other in one process when they come at once', async () => {
    const maps = new MapProcess();
    const pids = new Set<number | undefined>();
    const all = Array.from({ length: 10 }, async (_, index) => {
      const result = await maps.evaluate({ map: { to: '$string(n)' }, payload: `{"n":${index}}` });
      pids.add(maps.pid);
      return result;
    });
    const fields = (await Promise.all(all)).map((result) => result.ok && result.fields?.['to']);
    expect(fields).toEqual(Array.from({ length: 10 }, (_, index) => String(index)));
    expect(pids.size).toBe(1);
  });

  it('goes on with the next event when the process was killed from outside', async () => {
    const maps = new MapProcess();
    await maps.evaluate(ONE);
    process.kill(maps.pid ?? 0, 'SIGKILL');
    await expect.poll(() => maps.pid).toBeUndefined();
    expect(await maps.evaluate(ONE)).toMatchObject({ ok: true });
  });

  it('hands no variable of the environment on', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a-secret-of-the-function');
    onTestFinished(() => void vi.unstubAllEnvs());
    const maps = new MapProcess();
    await maps.evaluate(ONE);
    const names = readFileSync(`/proc/${maps.pid}/environ`, 'utf8')
      .split('\0')
      .map((pair) => pair.split('=')[0]);
    expect(
      names.filter((name) => name && !['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'].includes(name)),
    ).toEqual(process.env['LD_LIBRARY_PATH'] === undefined ? [] : ['LD_LIBRARY_PATH']);
  });

  const program = (then: string) => `
    const { MapProcess } = await import(process.argv[1]);
    const maps = new MapProcess();
    await maps.evaluate(${JSON.stringify(ONE)});
    console.log(maps.pid);
    ${then}`;
  const run = (then: string) => {
    const file = new URL('../../lib/webhooks/map-process.ts', import.meta.url).pathname;
    return spawn(process.execPath, ['--input-type=module', '-e', program(then), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  };

  it('keeps no process from ending, and ends with it', async () => {
    const parent = run('');
    const [pid, [status]] = await Promise.all([text(parent.stdout), once(parent, 'close')]);
    expect(status).toBe(0);
    await expect.poll(() => isRunning(Number(pid))).toBe(false);
  });

  it('ends with a process that is killed', async () => {
    const parent = run('setInterval(() => {}, 1000)');
    const [pid] = await once(parent.stdout, 'data');
    expect(isRunning(Number(pid))).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(Number(pid))).toBe(false);
  });
});
