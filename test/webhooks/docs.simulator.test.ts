import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openApi } from '../../lib/http/openapi.ts';
import { parseSettings } from '../../lib/settings/parse-settings.ts';
import { mapMistakes } from '../../lib/webhooks/map-mistakes.ts';
import { pretendAws, SETTINGS_PATH } from '../../local/aws.ts';
import { simulatedPbx } from '../../local/default-settings.ts';
import type { Listening } from '../../local/loopback.ts';
import { type ParameterStoreStandIn, startParameterStore } from '../../local/parameter-store.ts';
import { startServer } from '../../local/server.ts';
import { DEFAULTS, type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { openMemoryStore } from '../support/store/memory-store.ts';
import { SOURCES } from '../support/webhooks/senders.ts';

const page = (name: string) =>
  readFileSync(new URL(`../../docs/webhooks/${name}.md`, import.meta.url), 'utf8');

function block(name: string, language: string): string {
  const [, text] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page(name)) ?? [];
  if (text === undefined) throw new Error(`${name}.md has no ${language}`);
  return text;
}

/** The settings.json that all pages use. */
const written: Record<string, unknown> = JSON.parse(block('README', 'json'));

describe('the page docs/webhooks/', () => {
  let simulator: Simulator;
  let store: ParameterStoreStandIn;
  let server: Listening;
  const quiet = vi.spyOn(process.stdout, 'write');
  beforeAll(async () => {
    quiet.mockReturnValue(true);
    simulator = await startSimulator();
    store = await startParameterStore(SETTINGS_PATH, {
      // The file names no PBX, as `npm start` then serves a simulator.
      ...simulatedPbx(simulator.url, DEFAULTS.users[0]),
      ...written,
      ...Object.fromEntries(SOURCES.map((name) => [`webhooks/${name}`, block(name, 'json')])),
    });
    pretendAws(store);
    vi.resetModules();
    const { functionRoutes } = await import('../../local/function-routes.ts');
    const { services } = await import('../../lib/calls/services.ts');
    services.store = openMemoryStore();
    server = await startServer({ functionRoutes, port: 0 });
  });
  afterAll(async () => {
    quiet.mockRestore();
    await server.close();
    await store.close();
    await simulator.close();
  });

  it.each(SOURCES)('%s.md has settings and a command that ring a phone', async (name) => {
    const before = simulator.calls.length;
    const env = { PATH: process.env['PATH'] ?? '', BASE: `http://127.0.0.1:${server.port}` };
    const { stdout } = await promisify(execFile)('bash', ['-euc', block(name, 'bash')], { env });
    expect(stdout).toMatch(/^HTTP\/1\.1 201 /);
    expect(stdout).toContain('"to":"+74951234567"');
    expect(simulator.calls).toHaveLength(before + 1);
  });

  it.each(SOURCES)('%s.md is listed in README.md and links to its settings.json', (name) => {
    expect(page('README')).toContain(`](${name}.md)`);
    expect(page(name)).toMatch(new RegExp(`\`webhooks/${name}\`.*\\[settings\\.json\\]\\(README\\.md`));
  });
});

describe('the settings.json of docs/webhooks/README.md', () => {
  it('has a route, a key and the webhook of bitrix24.md, and no PBX', () => {
    expect(Object.keys(written)).toEqual(['routes/default', 'keys/web', 'webhooks/bitrix24']);
    expect(written['webhooks/bitrix24']).toEqual(JSON.parse(block('bitrix24', 'json')));
  });

  it('is valid with a PBX and the webhook of any page', () => {
    const pbx = simulatedPbx('http://127.0.0.1:1', DEFAULTS.users[0]);
    for (const name of SOURCES) {
      const settings = parseSettings({ ...pbx, ...written, [`webhooks/${name}`]: block(name, 'json') });
      expect(mapMistakes(settings)).toEqual([]);
    }
  });
});

it('docs/webhooks/README.md lists every status that the API describes', () => {
  const { responses } = Object(openApi().paths['/webhooks/{name}']?.['post']);
  const [, table = ''] = page('README').split('## Responses');
  for (const status of Object.keys(responses)) expect(table).toContain(`\n| ${status} `);
});
