import { nearestWord } from '../shared/nearest-word.ts';
import type { GroupedParameters } from './group-parameters.ts';
import type { Settings } from './settings.ts';

type Refuse = (parameter: string, sentence: string) => void;

/**
 * Checks the names by which parameters refer to each other. A route with another mistake counts as existing, so that the keys that
 * name it are not reported too.
 */
export function checkReferences(settings: Settings, grouped: GroupedParameters, refuse: Refuse): void {
  const routes = Object.keys(grouped.routes);
  const pbxes = Object.keys(grouped.pbx);
  for (const [name, route] of Object.entries(settings.routes)) {
    // Without any PBX, other code reports the missing parameters of pbx/main. Adding them repairs all routes.
    if (pbxes.length === 0) break;
    for (const pbx of route.pbx.filter((each) => !pbxes.includes(each)))
      refuse(
        `routes/${name}`,
        `"pbx" names pbx/${pbx}, which does not exist${instead('pbx', pbx, pbxes)}, or put pbx/${pbx}/url, …/username and …/secret`,
      );
  }
  for (const [id, key] of Object.entries(settings.keys)) {
    for (const [index, route] of key.routes?.entries() ?? [])
      if (!routes.includes(route)) refuse(`keys/${id}`, noRoute(`routes[${index}]`, route, routes));
  }
  for (const [name, { route }] of Object.entries(settings.webhooks)) {
    if (route !== undefined && !routes.includes(route))
      refuse(`webhooks/${name}`, noRoute('route', route, routes));
  }
  checkPrincipals(settings, refuse);
}

/** Refuses two keys for one principal: their order would decide which routes the principal may use. */
function checkPrincipals(settings: Settings, refuse: Refuse): void {
  const owners: Record<string, string> = {};
  for (const [id, { principal }] of Object.entries(settings.keys)) {
    if (principal === undefined) continue;
    owners[principal] ??= id;
    if (owners[principal] !== id)
      refuse(
        `keys/${id}`,
        `"principal" is the same as that of keys/${owners[principal]}: make them one key with the routes of both`,
      );
  }
}

/** The message names the field and not the value, which may be a secret in the wrong place. */
const noRoute = (field: string, name: string, known: readonly string[]): string =>
  `"${field}" names a route that does not exist${instead('routes', name, known)}`;

function instead(group: string, name: string, known: readonly string[]): string {
  const meant = nearestWord(name, known);
  const there =
    known.length === 0 ? 'there is none' : `there is ${known.map((each) => `${group}/${each}`).join(', ')}`;
  return `${meant ? ` (did you mean "${meant}"?)` : ''}: ${there}; name one that exists`;
}
