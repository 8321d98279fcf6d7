import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi } from '../../lib/http/openapi.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const compiler = join(dirname(require.resolve('typescript-5')), '..', 'bin', 'tsc');
const generator = join(dirname(require.resolve('openapi-typescript')), '..', 'bin', 'cli.js');
const typescript5 = fileURLToPath(new URL('../support/http/typescript-5.ts', import.meta.url));

/** What a user writes against the generated types. */
const CLIENT = `
import type { components, paths } from './api';

type Place = paths['/callbacks']['post'];
type Body = Place['requestBody']['content']['application/json'];
type Placed = Place['responses'][201]['content']['application/json'];
type Refused = Place['responses'][403]['content']['application/problem+json'];

const smallest: Body = { to: '+442079460000' };
const full: Required<Body> = {
  to: '+442079460000', agent: '3200', route: 'default', callerId: '3200', variables: { CRM_ID: '7' },
  timeoutSeconds: 30, dtmf: '1', wait: 'connected', waitSeconds: 20.5, metadata: { deal: '7' },
  at: '2026-12-01T09:00:00+01:00', delaySeconds: 60, expiresAt: '2026-12-01T18:00:00+01:00', priority: 1,
};
// @ts-expect-error no such wait
const wrong: Body = { to: '+442079460000', wait: 'forever' };
// @ts-expect-error the number is missing
const missing: Body = { agent: '3200' };

export async function place(body: Body): Promise<Placed | Refused> {
  const response = await fetch('https://api.example.com/callbacks', {
    method: 'POST',
    headers: { authorization: 'Bearer web.secret', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Placed | Refused;
}

export async function explain(): Promise<string> {
  const answer = await place(Math.random() > 2 ? full : smallest);
  if ('code' in answer) return answer.code === 'outside-hours' ? 'closed' : answer.detail;
  const leg: components['schemas']['Leg'] = answer.legs.second;
  return leg.status === 'answered' ? answer.id : (leg.reason ?? answer.status);
}

const digits: paths['/callbacks/{id}/dtmf']['post']['requestBody']['content']['application/json'] = { digits: '1w2#' };
const link: NonNullable<paths['/callback']['get']['parameters']['query']> = { num: '+442079460000' };
export { digits, link, missing, wrong };
`;

describe('A client that openapi-typescript generates with its defaults', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'openapi-client-'));
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(openApi()));
    await writeFile(join(folder, 'client.ts'), CLIENT);
    const output = join(folder, 'api.d.ts');
    await run(process.execPath, [
      ...['--import', typescript5],
      ...[generator, join(folder, 'openapi.json'), '--output', output],
    ]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('compiles when it places a callback with the number alone, and refuses wrong fields', {
    timeout: 120_000,
  }, async () => {
    const options = ['--strict', '--exactOptionalPropertyTypes', '--skipDefaultLibCheck', '--noEmit'];
    const compiled = run(process.execPath, [compiler, ...options, join(folder, 'client.ts')]).catch(
      ({ stdout }: { stdout: string }) => ({ stdout }),
    );
    expect((await compiled).stdout).toBe('');
  });
});
