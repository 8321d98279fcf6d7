import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS, startSimulator } from '../../local/simulator/index.ts';
import { functionNames } from '../../tools/bundle/bundle.ts';
import { packageStage } from '../support/packaging/osls.ts';
import { namesInZip } from '../support/packaging/zip.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'packaging-'));

function run(script: string, args: readonly string[] = [], cwd = ROOT): string {
  return execFileSync(process.execPath, [join(ROOT, script), ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

beforeAll(() => {
  run('tools/build.ts');
}, 60_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('npm run package without an AWS account', () => {
  const artifacts = join(scratch, 'artifacts');

  beforeAll(() => packageStage('test', { cwd: ROOT, folder: artifacts }), 60_000);

  it.each(functionNames())('puts only its bundle into the artifact of %s', (name) => {
    const programs = name === 'webhook' ? ['map-evaluator', name] : [name];
    expect(namesInZip(join(artifacts, `${name}.zip`)).sort()).toEqual(
      programs.map((program) => `dist/functions/${program}.cjs`),
    );
  });
});

describe('The package asterisk-callback/ajam', () => {
  const CONSUMER = `
    import { AjamSession, type Reply } from 'asterisk-callback/ajam';
    const [url = '', username = '', secret = ''] = process.argv.slice(2);
    const session: AjamSession = await AjamSession.open({ url, username, secret });
    const reply: Reply = await session.send({ action: 'Ping' });
    // @ts-expect-error: the types arrived
    await session.send({ action: 1 }).catch(() => undefined);
    await session.logoff();
    console.log(JSON.stringify(reply));
  `;

  it('works with its types in another project without the rest of this one', async () => {
    const project = join(scratch, 'project');
    const modules = join(project, 'node_modules');
    mkdirSync(modules, { recursive: true });
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', scratch], {
      cwd: ROOT,
    });
    execFileSync('tar', ['-xzf', join(scratch, 'asterisk-callback-0.1.0.tgz'), '-C', scratch]);
    cpSync(join(scratch, 'package'), join(modules, 'asterisk-callback'), { recursive: true });
    for (const name of ['undici', '@types', 'undici-types'])
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(project, 'consumer.ts'), CONSUMER);

    const strictly =
      '--strict --module nodenext --target es2023 --lib es2024 --types node --outDir out consumer.ts';
    run('node_modules/typescript/bin/tsc', strictly.split(' '), project);

    await using simulator = await startSimulator({ loginDelayMs: 0 });
    const { username, secret } = DEFAULTS.users[0];
    const consumer = [join(project, 'out/consumer.js'), simulator.url, username, secret];
    const { stdout } = await promisify(execFile)(process.execPath, consumer);
    expect(stdout).toContain('Pong');
    expect(simulator.sessions).toBe(0);
  });
});
