/** Runs the lines. A rule invokes it each minute. A callback that is due soon invokes it at once if its line has no runner. */
export { work as handler } from '../lib/queue/work.ts';
