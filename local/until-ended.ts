const WATCH_MS = 500;

/**
 * Calls `end` once, on the first signal, or when npm has ended: npm starts scripts in a shell, which does not pass its
 * signals on.
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
