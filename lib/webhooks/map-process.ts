import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { MapResult, MapTask } from './map-evaluator.ts';

/** The time for all expressions of one event. */
const MAX_MS = 250;
/** The time to start the process. A function with little memory needs some hundred milliseconds for it. */
const MAX_START_MS = 3000;
const MAX_HEAP_MB = 64;
/** The process needs 55 MB without any expression. For a huge text, V8 exceeds the limit of the heap. */
const MAX_PROCESS_MB = 192;
const MEMORY_CHECK_MS = 5;

/** The program is beside this file, with the same extension, in the sources and in the bundle of a function. */
const PROGRAM = join(import.meta.dirname, `map-evaluator${extname(import.meta.filename)}`);

/** The only environment variables that the process gets, because Node may need them to start. So it has no credentials. */
const ENVIRONMENT = ['LD_LIBRARY_PATH', 'SystemRoot'];

/**
 * Evaluates the expressions of `map` in a process of its own, which stays for the next event. A process that takes too much time or
 * memory is killed. The next event starts a new process.
 *
 * A worker thread is not enough: its `resourceLimits` do not stop a single huge text, for which V8 ends the whole process.
 */
export class MapProcess {
  #child: ChildProcess | undefined;
  #previous: Promise<unknown> = Promise.resolve();

  /** Undefined before the first event, and after the process ended. */
  get pid(): number | undefined {
    return isAlive(this.#child) ? this.#child.pid : undefined;
  }

  /** Evaluates one event after the other, so that many events at once share one process. */
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
  // The child does not keep this process alive. The child ends when this process ends.
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

/** Returns the megabytes that a process uses. Returns 0 on systems other than Linux, where only the limit of the heap applies. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    const [, kilobytes] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
