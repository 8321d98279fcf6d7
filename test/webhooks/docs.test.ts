import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pretendAws, SETTINGS_PATH } from '../../local/aws.ts';
import { type ParameterStore, startParameterStore } from '../../local/parameter-store.ts';
import { type LocalServer, startServer } from '../../local/server.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { settingsFor } from '../http/settings.ts';
import { SOURCES } from './senders.ts';

const page = (name: string) =>
  readFileSync(new URL(`../../docs/webhooks/${name}.md`, import.meta.url), 'utf8');

function block(name: string, language: string): string {
  const [, text] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page(name)) ?? [];
  if (text === undefined) throw new Error(`${name}.md has no ${language}`);
  return text;
}

describe('The page of', () => {
  let simulator: Simulator;
  let store: ParameterStore;
  let server: LocalServer;
  const quiet = vi.spyOn(process.stdout, 'write');
  beforeAll(async () => {
    quiet.mockReturnValue(true);
    simulator = await startSimulator();
    store = await startParameterStore(SETTINGS_PATH, {
      ...settingsFor({ url: simulator.url, ...DEFAULTS.users[0] }),
      ...Object.fromEntries(SOURCES.map((name) => [`webhooks/${name}`, block(name, 'json')])),
    });
    pretendAws(store.url);
    vi.resetModules();
    const { doors } = await import('../../local/doors.ts');
    server = await startServer({ doors, port: 0 });
  });
  afterAll(async () => {
    quiet.mockRestore();
    await server.close();
    await store.close();
    await simulator.close();
  });

  it.each(SOURCES)('%s has settings and a curl line that ring a phone', async (name) => {
    const before = simulator.calls.length;
    const env = { PATH: process.env['PATH'] ?? '', BASE: `http://127.0.0.1:${server.port}` };
    const { stdout } = await promisify(execFile)('bash', ['-euc', block(name, 'bash')], { env });
    expect(stdout).toMatch(/^HTTP\/1\.1 201 /);
    expect(stdout).toContain('"to":"+74951234567"');
    expect(simulator.calls).toHaveLength(before + 1);
  });

  it.each(SOURCES)('%s is listed', (name) => {
    expect(page('README')).toContain(`](${name}.md)`);
  });
});
