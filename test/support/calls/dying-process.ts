import { createHook } from 'node:async_hooks';
import { sqliteStore } from '../store/sqlite-folder.ts';
import { dialOnce, servicesFor, technologyNamed } from './services.ts';

/**
 * This file is a program: it places one callback and dies, as by SIGKILL, before the n-th piece of asynchronous work. It
 * prints how many there were if it gets to the end.
 */
export interface DyingTask {
  pbx: Parameters<typeof servicesFor>[0];
  user: Parameters<typeof servicesFor>[1];
  folder: string;
  key: string;
  input: object;
  /** Infinity is written as null in JSON. */
  diesAt: number | null;
}

const task: DyingTask = JSON.parse(process.argv[2] ?? '');
const store = sqliteStore(task.folder);
const services = servicesFor(task.pbx, task.user, technologyNamed('Local'), {}, async () => store);
let steps = 0;
createHook({
  before: () => {
    steps += 1;
    if (steps === task.diesAt) process.kill(process.pid, 'SIGKILL');
  },
}).enable();
const { callback } = await dialOnce(services, task.input, task.key);
process.stdout.write(JSON.stringify({ steps, callback }));
await services.sessions.close();
process.exit();
