const WATCH_MS = 500;

/**
 * Ends what was started when somebody says so: by a signal, or by ending npm alone, whose signals do not get through the
 * shell that it starts scripts in.
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
