import { searchedNumber } from '../../rules/numbers/searched-number.ts';
import type { Services } from '../services.ts';
import { everyLimit, type LimitName } from './limits-that-apply.ts';

/** How much of a limit is used in its window. */
export interface UsedLimit {
  /** The parameter with the limit: `limits`, `keys/web`, `routes/sales`. */
  parameter: string;
  limit: LimitName;
  used: number;
  max: number;
  /** When the window ends. */
  endsAt: string;
}

/**
 * Returns how much of each limit is used now.
 *
 * @param parties A number and an agent, to include their limits.
 * @throws CallbackError number-invalid, request-invalid, store-unreachable.
 */
export async function currentLimits(
  services: Pick<Services, 'settings' | 'store'>,
  { to, agent }: { to?: string | undefined; agent?: string | undefined },
  now = Date.now(),
): Promise<UsedLimit[]> {
  const settings = await services.settings.get();
  const number = to === undefined ? undefined : searchedNumber(to, Object.values(settings.routes));
  const limits = everyLimit(settings, { number, agent }, now);
  const store = await services.store();
  return await Promise.all(
    limits.map(async ({ parameter, name, counter, window, max, endsAt }) => ({
      parameter,
      limit: name,
      used: await store.readCount(counter, window),
      max,
      endsAt: new Date(endsAt).toISOString(),
    })),
  );
}
