import { warnOfStore } from '../telemetry/log.ts';
import type { LineList, LineView } from './line-schema.ts';
import { viewLine } from './line-view.ts';
import type { Services } from './services.ts';
import { findLine, type LineAccess, visibleLines } from './visible-lines.ts';
import { withinMs } from './within-ms.ts';

/** How long the answer waits for the start of a runner. */
const WAKE_WAIT_MS = 1_000;

/** Returns the lines that the caller may see. @throws CallbackError store-unreachable. */
export async function listLines(services: Services, access: LineAccess): Promise<LineList> {
  const store = await services.store();
  const lines = visibleLines(await services.settings.get(), access);
  return { lines: await Promise.all(lines.map((line) => viewLine(store, line))) };
}

/** @throws CallbackError not-found, store-unreachable. */
export async function showLine(services: Services, name: string, access: LineAccess): Promise<LineView> {
  const line = await findLine(services, name, access);
  return await viewLine(await services.store(), line);
}

/**
 * Pauses or resumes a line. The runner of the line reads the pause each second.
 *
 * @throws CallbackError as showLine.
 */
export async function pauseLine(
  services: Services,
  name: string,
  paused: boolean,
  access: LineAccess,
): Promise<LineView> {
  const line = await findLine(services, name, access);
  const store = await services.store();
  await store.pauseLine(name, paused);
  // A paused line may have no runner. If no runner can be started now, the next tick starts one.
  if (!paused) await withinMs(WAKE_WAIT_MS, services.wakeLine?.(name).catch(warnOfStore));
  return await viewLine(store, line);
}
