import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { MapResult, MapTask } from './map-evaluator.ts';

/** For all expressions of one event. */
const MAX_MS = 250;
/** A small function needs some hundred milliseconds to start it. No event has a part in that. */
const MAX_START_MS = 3000;
const MAX_HEAP_MB = 64;
/** The process needs 55 MB without any expression. V8 goes beyond the limit of the heap for one huge text. */
const MAX_PROCESS_MB = 192;
const MEMORY_CHECK_MS = 5;

/** Beside this file, with the same extension: in the sources as well as in the bundle of a function. */
const PROGRAM = join(import.meta.dirname, `map-evaluator${extname(import.meta.filename)}`);

/** The system may need these to start Node. Nothing else is handed on, so no credentials. */
const ENVIRONMENT = ['LD_LIBRARY_PATH', 'SystemRoot'];

/**
 * Evaluates the expressions of `map` in a process of its own, which stays for the next event. If it takes too much time or
 * memory, it is killed and the next event gets a new one.
 *
 * It is not a worker thread because `resourceLimits` do not hold for one huge text: V8 then ends the whole process.
 */
export class MapProcess {
  #child: ChildProcess | undefined;
  #previous: Promise<unknown> = Promise.resolve();

  /** Undefined before the first event, and once the process ended. */
  get pid(): number | undefined {
    return isAlive(this.#child) ? this.#child.pid : undefined;
  }

  /** Evaluates one event after the other, so that there is one process however many events come. */
  async evaluate(task: MapTask): Promise<MapResult> {
    const result = this.#previous.then(() => this.#evaluateNow(task));
    this.#previous = result.catch(() => undefined);
    return await result;
  }

  async #evaluateNow(task: MapTask): Promise<MapResult> {
    const child = isAlive(this.#child) ? this.#child : await start();
    this.#child = child;
    return await evaluateIn(child, task);
  }
}

const isAlive = (child: ChildProcess | undefined): child is ChildProcess =>
  child?.connected === true && !child.killed;

async function start(): Promise<ChildProcess> {
  const { fork } = await import('node:child_process');
  const child = fork(PROGRAM, {
    env: Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]])),
    execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const late = setTimeout(() => child.kill('SIGKILL'), MAX_START_MS);
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The process for the expressions of "map" did not start: ${PROGRAM}`);
  });
  await Promise.race([once(child, 'message'), ended]).finally(() => clearTimeout(late));
  // It does not keep this process from ending, and ends with it.
  child.unref();
  child.channel?.unref();
  return child;
}

function evaluateIn(child: ChildProcess, task: MapTask): Promise<MapResult> {
  return new Promise((resolve) => {
    const kill = (reason: string) => {
      child.kill('SIGKILL');
      end({ ok: false, fault: 'limit', reason });
    };
    const outOfMemory = () => kill('memory');
    const end = (result: MapResult) => {
      clearTimeout(deadline);
      clearInterval(memoryCheck);
      child.off('message', end).off('exit', outOfMemory);
      resolve(result);
    };
    const deadline = setTimeout(() => kill('time'), MAX_MS);
    const memoryCheck = setInterval(() => {
      if (memoryOf(child) > MAX_PROCESS_MB) outOfMemory();
    }, MEMORY_CHECK_MS);
    child.once('message', end).once('exit', outOfMemory);
    child.send(task, (error) => {
      if (error) outOfMemory();
    });
  });
}

/** Returns the megabytes that a process uses. Elsewhere than on Linux 0: there, the limit of the heap must do. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    const [, kilobytes] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
