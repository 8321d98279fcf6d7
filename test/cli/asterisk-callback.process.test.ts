import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../../tools/bundle/bundle.ts';

const run = promisify(execFile);
const BIN = 'cli/asterisk-callback.js';

/**
 * A checkout whose program starts with a Node.js that says it is 20.20.2. `npm ci` has installed the newer one, unless
 * its folder is taken away.
 */
let checkout: string;
let oldNode: string[];
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'asterisk-callback-old-node-'));
  await mkdir(join(checkout, 'cli'));
  await mkdir(join(checkout, 'node_modules/node/bin'), { recursive: true });
  await copyFile(join(ROOT, BIN), join(checkout, BIN));
  await writeFile(join(checkout, 'package.json'), '{"type": "module"}');
  const old = join(checkout, 'old.cjs');
  await writeFile(
    old,
    "Object.defineProperty(process.versions, 'node', { value: '20.20.2', writable: false, configurable: true });",
  );
  oldNode = ['--require', old, join(checkout, BIN)];
  const newer = join(checkout, 'node_modules/node/bin/node');
  await writeFile(
    newer,
    '#!/bin/sh\necho "newer node: $@"\ncase "$2" in fail) exit 3;; die) kill -9 $$;; wait) exec sleep 60;; esac\n',
  );
  await chmod(newer, 0o755);
});
afterAll(() => rm(checkout, { recursive: true }));

describe('npx asterisk-callback', () => {
  it('runs in a checkout, also where the registry cannot be reached', async () => {
    const env = { ...process.env, npm_config_registry: 'http://127.0.0.1:9' };
    const { stdout } = await run('npx', ['asterisk-callback', '--version'], { cwd: ROOT, env });
    expect(stdout).toBe(`${packageJson.version}\n`);
  });

  it('hands options to the command, also those that npm knows', async () => {
    const { stderr } = await run('npx', ['asterisk-callback', 'doctor', '--json'], { cwd: ROOT }).catch(
      (error: { stderr: string }) => error,
    );
    expect(stderr).toContain('--settings FILE or --stage NAME');
  });
});

describe('the program on a Node.js that cannot run TypeScript', () => {
  it('starts again with the newer Node.js of the checkout, with the same words', async () => {
    const { stdout } = await run(process.execPath, [...oldNode, 'doctor', '--to', '+7 495']);
    expect(stdout).toBe(`newer node: ${join(checkout, BIN)} doctor --to +7 495\n`);
  });

  it('ends with the status of the newer one', async () => {
    await expect(run(process.execPath, [...oldNode, 'fail'])).rejects.toMatchObject({ code: 3 });
  });

  it('ends by the signal that ended the newer one', async () => {
    await expect(run(process.execPath, [...oldNode, 'die'])).rejects.toMatchObject({ signal: 'SIGKILL' });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on to the newer one', async (signal) => {
    const child = spawn(process.execPath, [...oldNode, 'wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([null, signal]);
  });

  it('asks for `npm ci` where no newer one is installed', async () => {
    await rm(join(checkout, 'node_modules'), { recursive: true });
    await expect(run(process.execPath, [...oldNode, 'doctor'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Run \`npm ci\` in ${checkout}`),
    });
  });
});
