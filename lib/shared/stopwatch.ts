/** Milliseconds by stage, such as `login`. */
export type Timings = Record<string, number>;

/** Runs `work` and adds its duration to the stage, also if `work` fails. */
export async function timed<T>(timings: Timings, stage: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    const ms = (timings[stage] ?? 0) + performance.now() - started;
    timings[stage] = Math.round(ms * 10) / 10;
  }
}
