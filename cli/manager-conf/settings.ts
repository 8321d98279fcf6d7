import { randomBytes } from 'node:crypto';
import { bracketed, type WantedConfiguration } from './wanted-configuration.ts';

/** Parameters by their names without the path, as in a settings file. */
export type SettingsParameters = Readonly<Record<string, unknown>>;

/** Returns the settings that fit the configuration. */
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
      // What the generated dialplan accepts.
      to: { ...(country !== undefined && { country }), allow, dialAs: freepbx ? '{digits}' : '{e164}' },
    },
    limits: { perHour: 100, perDay: 500 },
    'keys/web': { secret: randomBytes(24).toString('base64url') },
  };
}

/** The options that a user gave for the route, which count more than an earlier file. */
type RouteOptions = Partial<Pick<WantedConfiguration, 'context' | 'agents' | 'allow' | 'country'>>;

/**
 * Returns the settings of a run for a folder that has some already. Everything in the earlier file stays, such as secrets,
 * keys and routes, except what must fit the new configuration, and what the user gave as an option.
 */
export function keepSettings(
  fresh: SettingsParameters,
  earlier: SettingsParameters,
  given: RouteOptions,
): Record<string, unknown> {
  // Limits that the earlier file lacks could refuse calls that it allowed.
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
