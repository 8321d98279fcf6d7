import { layOut } from '../../../cli/settings/layout.ts';
import { wantedParameters } from '../../../cli/settings/parameter.ts';
import { createParameterReader } from '../../../lib/settings/parameter-reader.ts';
import { createSettingsCache } from '../../../lib/settings/settings-cache.ts';
import { MINIMAL, PATH } from './fixtures.ts';

/** 29 parameters, as a company with several offices has them. */
const OFFICES = Object.fromEntries(
  Array.from({ length: 8 }, (_, office) => [
    [`routes/office-${office}`, MINIMAL['routes/default']],
    [
      `keys/office-${office}`,
      { secret: `secret-of-office-${office}-0123456789`, routes: [`office-${office}`] },
    ],
    [`webhooks/office-${office}`, { source: 'hubspot', secret: `hubspot-of-office-${office}-0123456789` }],
  ]).flat(),
);
export const SETTINGS_29 = { ...MINIMAL, ...OFFICES };

/** What `settings push` makes of them. */
export const storedSettings = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(layOut(wantedParameters(SETTINGS_29), {})).map(([name, { value }]) => [name, value]),
  );

/** Starts functions evenly over a time, each with its own client. Returns how many could not read the settings. */
export async function burst(functions: number, milliseconds: number): Promise<{ failed: string[] }> {
  const started = Array.from({ length: functions }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index / functions) * milliseconds));
    const cache = createSettingsCache({ path: PATH, read: createParameterReader(PATH), warn: () => {} });
    await cache.get();
  });
  const results = await Promise.allSettled(started);
  return {
    failed: results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : [])),
  };
}
