const WATCH_MS = 500;

/**
 * Calls `end` once, after the first signal or the end of npm. npm starts scripts in a shell, and the shell does not pass signals
 * to this process.
 */
export function untilEnded(end: () => Promise<void>): void {
  let ending = false;
  const endOnce = (): void => {
    if (!ending) void end();
    ending = true;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, endOnce);
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) endOnce();
  }, WATCH_MS).unref();
}
