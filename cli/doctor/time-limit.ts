import { type Finding, fail } from './finding.ts';

/** The longest time for one finding. Each wait inside a check is much shorter. */
const FINDING_MS = 120_000;

/**
 * Passes on findings. An unexpected error and a check that never ends also become findings, so that the doctor continues. The
 * timer keeps the process alive while a check waits.
 */
export async function* withCheckTimeout(
  subject: string,
  findings: AsyncGenerator<Finding, void, void>,
): AsyncGenerator<Finding, void, void> {
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no result within ${FINDING_MS / 1000} s`)), FINDING_MS);
    });
    try {
      const next = await Promise.race([findings.next(), late]);
      if (next.done) return;
      yield next.value;
    } catch (error) {
      yield { subject, check: 'rest', ...brokenOff(error) };
      return;
    } finally {
      clearTimeout(timer);
    }
  }
}

const brokenOff = (error: unknown) =>
  fail(
    `the check failed unexpectedly: ${String(error).slice(0, 200)}`,
    'run the doctor again. If the check fails again, look into the log of Asterisk, and report this line as a bug',
  );
