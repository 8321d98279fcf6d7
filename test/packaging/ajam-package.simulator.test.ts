import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator } from '../../local/simulator/index.ts';
import { buildAjamPackage } from '../../tools/ajam-package.ts';
import { ROOT } from '../../tools/bundle/bundle.ts';

const run = promisify(execFile);

describe('the package asterisk-callback/ajam', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'ajam-package-'));
  const built = join(scratch, 'built');
  const project = join(scratch, 'project');
  const modules = join(project, 'node_modules');

  beforeAll(() => {
    buildAjamPackage(built);
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
    const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', scratch];
    const files = [built, join(ROOT, 'node_modules/undici')].map((folder) =>
      join(scratch, execFileSync('npm', [...pack, folder], { encoding: 'utf8' }).trim()),
    );
    // Fails if the package needs anything besides undici.
    const install = ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', ...files];
    execFileSync('npm', install, { cwd: project, stdio: 'pipe' });
  }, 120_000);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('installs undici and nothing else', () => {
    const names = readdirSync(modules).filter((name) => !name.startsWith('.'));
    expect(names.sort()).toEqual(['asterisk-callback', 'undici']);
  });

  it('holds only the client, its types, a README and the licence', () => {
    const all = readdirSync(join(modules, 'asterisk-callback'), { recursive: true, encoding: 'utf8' });
    const unexpected = all.filter(
      (name) => !/^(package\.json|README\.md|LICENSE|ajam(\/[a-z-]+(\.d\.ts|\.js))?)$/.test(name),
    );
    expect(unexpected).toEqual([]);
    expect(all).toEqual(expect.arrayContaining(['README.md', 'ajam/index.js', 'ajam/index.d.ts']));
  });

  it('compiles and runs the example of its README', async () => {
    const readme = readFileSync(join(modules, 'asterisk-callback/README.md'), 'utf8');
    const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    const typeCheck = `
      // @ts-expect-error an action has a name
      const wrong: Parameters<AjamSession['send']>[0] = { action: 1 };
      void wrong;`;
    writeFileSync(join(project, 'consumer.ts'), example + typeCheck);
    cpSync(join(ROOT, 'node_modules/@types/node'), join(modules, '@types/node'), { recursive: true });
    cpSync(join(ROOT, 'node_modules/undici-types'), join(modules, 'undici-types'), { recursive: true });
    const options =
      '--strict --module nodenext --target es2023 --lib es2024 --types node --outDir out consumer.ts';
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [compiler, ...options.split(' ')], { cwd: project });

    const secret = 'simulated-secret';
    await using simulator = await startSimulator({
      users: [{ username: 'callback', secret, read: 'call', write: 'originate' }],
      dialplan: {
        contexts: { 'from-internal': [{ exten: '02079460000', step: { kind: 'silent' } }] },
        phones: [{ channel: /^PJSIP\/3200$/, behavior: { kind: 'answers', ringsMs: 50 } }],
      },
    });
    const env = { ...process.env, PBX_URL: simulator.url, AMI_SECRET: secret };
    const { stdout } = await run(process.execPath, [join(project, 'out/consumer.js')], { env });
    expect(stdout.trim()).toBe('Success 4');
    expect(simulator.sessions).toBe(0);
  }, 60_000);
});
