import { randomBytes } from 'node:crypto';
import { bracketed, type WantedConfiguration } from './wanted-configuration.ts';

/** The parameters of a settings file, by their names without the path. */
export type SettingsParameters = Readonly<Record<string, unknown>>;

/** Returns settings that work with the generated configuration. */
export function settingsFor(wanted: WantedConfiguration): Record<string, unknown> {
  const { host, port, prefix, user, secret, context, agents, country, allow, ca, freepbx } = wanted;
  return {
    'pbx/main/url': `https://${bracketed(host)}:${port}${prefix && `/${prefix}`}`,
    'pbx/main/username': user,
    'pbx/main/secret': secret,
    ...(ca !== undefined && { 'pbx/main/ca': ca }),
    'routes/default': {
      channel: 'PJSIP/{agent}',
      context,
      agents,
      // The generated dialplan accepts numbers in the form of `dialAs`.
      to: { ...(country !== undefined && { country }), allow, dialAs: freepbx ? '{digits}' : '{e164}' },
    },
    limits: { perHour: 100, perDay: 500 },
    'keys/web': { secret: randomBytes(24).toString('base64url') },
  };
}

/** Options for the route on the command line. They replace values of an earlier file. */
type RouteOptions = Partial<Pick<WantedConfiguration, 'context' | 'agents' | 'allow' | 'country'>>;

/**
 * Returns the settings for a folder that has a settings file of an earlier run. The parameters of the earlier file stay, such as
 * secrets, keys and routes. Only the url, the user name, the certificate and the fields in `given` change.
 */
export function keepSettings(
  fresh: SettingsParameters,
  earlier: SettingsParameters,
  given: RouteOptions,
): Record<string, unknown> {
  // New limits could refuse calls that the earlier settings allowed.
  const {
    'pbx/main/url': url,
    'pbx/main/username': username,
    'pbx/main/ca': ca,
    limits: _,
    ...others
  } = fresh;
  const route = objectOf(earlier['routes/default']) ?? {};
  const to = objectOf(route['to']) ?? {};
  const { allow, country, ...routeFields } = given;
  return {
    ...others,
    ...earlier,
    'pbx/main/url': url,
    'pbx/main/username': username,
    ...(ca !== undefined && { 'pbx/main/ca': ca }),
    ...('routes/default' in earlier && {
      'routes/default': {
        ...route,
        ...routeFields,
        to: { ...to, ...(allow && { allow }), ...(country !== undefined && { country }) },
      },
    }),
  };
}

const objectOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
