import type { Context } from 'aws-lambda';
import { services } from '../calls/services.ts';
import { workerStarter } from '../calls/wake-line.ts';
import { isObject } from '../shared/is-object.ts';
import { log } from '../telemetry/log.ts';
import type { RunnerEnd } from './line-runner.ts';
import { openRunner } from './open-runner.ts';
import { tick } from './tick.ts';

/** Time reserved after the hand-over. The function still follows its calls then. */
const AFTER_HAND_OVER_MS = 60_000;

export interface WorkResult {
  /** The lines for which a tick has started a runner. */
  started?: string[];
  line?: string;
  end?: RunnerEnd;
}

/** Runs one line for `{"line": "sales"}`. Checks all lines for `{"tick": true}`, which a rule sends each minute. */
export async function work(event: unknown, context: Context): Promise<WorkResult> {
  const { line, tick: isTick } = isObject(event) ? event : {};
  if (isTick === true) return { started: await tick(services, workerStarter(process.env)) };
  if (typeof line !== 'string' || !LINE_NAME.test(line)) {
    log.error('not an event of the worker', { hint: 'Send {"line": "NAME"}, or {"tick": true}' });
    return {};
  }
  const forMs = Math.max(0, context.getRemainingTimeInMillis() - AFTER_HAND_OVER_MS);
  const runner = await openRunner(services, line, { forMs });
  const end = await runner.run();
  log.info('runner ended', { line, end });
  return { line, end };
}

const LINE_NAME = /^[\w-]{1,64}$/;
