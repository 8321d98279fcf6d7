import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the logger in a process with this environment. Returns its lines. */
function linesWith(env: Readonly<Record<string, string>>): Record<string, unknown>[] {
  const code = `
    import { CallbackError } from './lib/problems/callback-error.ts';
    import { log, logFailure } from './lib/telemetry/log.ts';
    log.info('an info');
    logFailure(new CallbackError('pbx-unreachable', 'No PBX'));
    logFailure(new CallbackError('number-invalid', 'No number'));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** As Lambda sets it for a function with applicationLogLevel INFO. */
const LAMBDA = { AWS_LAMBDA_LOG_LEVEL: 'INFO' };

const metricsIn = (lines: Record<string, unknown>[]) => lines.filter((line) => '_aws' in line);

describe('The log', () => {
  it.each(['INFO', 'WARN', 'ERROR', 'SILENT'])(
    'has all metrics with LOG_LEVEL=%s, so that the alarms still work',
    (level) => {
      const all = metricsIn(linesWith(LAMBDA));
      expect(all.length).toBeGreaterThan(2);
      expect(metricsIn(linesWith({ ...LAMBDA, LOG_LEVEL: level }))).toHaveLength(all.length);
    },
  );

  it('leaves out lines below LOG_LEVEL, although Lambda has a level of its own', () => {
    const messages = (level: string) =>
      linesWith({ ...LAMBDA, LOG_LEVEL: level }).flatMap(({ message }) => message ?? []);
    expect(messages('INFO').sort()).toEqual(['an info', 'failed', 'refused']);
    expect(messages('WARN').sort()).toEqual(['failed', 'refused']);
  });

  it('says once in a process that a request has waited for the start of the function', () => {
    const failures = linesWith(LAMBDA).filter(({ detail }) => detail);
    expect(failures.map(({ cold_start }) => cold_start).sort()).toEqual([true, undefined]);
  });
});
