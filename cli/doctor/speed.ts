import type { AjamSession } from '../../lib/ajam/index.ts';
import { ok, type Verdict, warn } from './finding.ts';

const ROUNDS = 5;
const SLOW_MS = 300;

/** Measures a request with its reply. A call needs two or three of them before the phone rings. */
export async function checkSpeed(session: AjamSession): Promise<Verdict> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await session.send({ action: 'Ping' });
    times.push(performance.now() - started);
  }
  const median = Math.round(times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0);
  if (median <= SLOW_MS) return ok(`${median} ms for a request`);
  return warn(
    `${median} ms for a request (median of ${ROUNDS})`,
    'deploy the functions in a region near the PBX, and check the load of Asterisk and of the network',
  );
}
