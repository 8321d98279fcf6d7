/** How much later a callback counts for each step of priority after 1. */
const STEP_MS = 600_000;

/**
 * Returns the sort key of a waiting callback, in milliseconds. The lowest key starts first. Each step of priority counts as
 * ten minutes of waiting, so an urgent callback overtakes and no callback waits for ever.
 */
export const waitingOrder = ({ dueAt, priority }: { dueAt: number; priority: number }): number =>
  dueAt + (priority - 1) * STEP_MS;
