import { CallbackError } from '../problems/callback-error.ts';
import type { RouteSettings } from '../settings/settings.ts';
import { matchesWhole } from './pattern.ts';
import { fill } from './template.ts';

/** Only a number. A name could claim that a bank is calling. */
const CALLER_ID = /^\+?[0-9]{1,24}$/;

/**
 * Returns the number that the customer and the trunk see. This is the caller id of the request if the route allows it,
 * else the route's `callerId`, else the agent's extension.
 *
 * @throws CallbackError caller-id-not-allowed.
 */
export function callerIdFor(
  asked: string | undefined,
  route: Pick<RouteSettings, 'callerId' | 'callerIds'>,
  parties: { agent: string; to: string },
): string {
  const own = fill(route.callerId ?? '{agent}', parties);
  if (asked === undefined || asked === own) return own;
  if (CALLER_ID.test(asked) && route.callerIds.some((pattern) => matchesWhole(pattern, asked))) return asked;
  throw new CallbackError(
    'caller-id-not-allowed',
    'This route does not show that caller id. Send another caller id of digits only, or leave "callerId" out',
    { field: 'callerId', hint: 'To allow the caller id, add a pattern for it to "callerIds" of the route' },
  );
}
