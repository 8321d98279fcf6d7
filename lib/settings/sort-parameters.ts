import { GROUPS, NAME, nearest } from './parameter-names.ts';
import { bareRecord } from './settings.ts';

const PBX_FIELDS = ['url', 'username', 'secret', 'ca'];

/** Parameters by what they are about; values as they were read. */
export interface SortedParameters {
  pbx: Record<string, Record<string, unknown>>;
  routes: Record<string, unknown>;
  keys: Record<string, unknown>;
  webhooks: Record<string, unknown>;
}

/** Puts each parameter where its name says, and tells `refuse` of the names that mean nothing. */
export function sortParameters(
  flat: Readonly<Record<string, unknown>>,
  refuse: (name: string, sentence: string) => void,
): SortedParameters {
  const sorted: SortedParameters = {
    pbx: bareRecord(),
    routes: bareRecord(),
    keys: bareRecord(),
    webhooks: bareRecord(),
  };
  for (const [parameter, value] of Object.entries(flat)) {
    const [group = '', name = '', field, ...deeper] = parameter.split('/');
    const known = GROUPS.find((candidate) => candidate === group);
    const complaint = known ? misplaced(known, name, field, deeper.length) : unknownGroup(parameter, group);
    if (complaint !== undefined || known === undefined) refuse(parameter, complaint ?? '');
    else if (known === 'pbx') {
      sorted.pbx[name] ??= bareRecord();
      sorted.pbx[name][field ?? ''] = value;
    } else sorted[known][name] = value;
  }
  return sorted;
}

function misplaced(
  group: string,
  name: string,
  field: string | undefined,
  deeper: number,
): string | undefined {
  if (!NAME.test(name))
    return `must be named ${group}/NAME${group === 'pbx' ? '/url' : ''}, NAME being letters, digits, "_" and "-", at most 64`;
  if (group !== 'pbx')
    return field === undefined ? undefined : `is too deep: all of it belongs as JSON into ${group}/${name}`;
  if (field !== undefined && deeper === 0 && PBX_FIELDS.includes(field)) return undefined;
  const meant = field === undefined ? undefined : nearest(field, PBX_FIELDS);
  const hint = meant ? `did you mean pbx/${name}/${meant}? ` : '';
  return `is unknown: ${hint}A PBX has ${PBX_FIELDS.map((known) => `pbx/${name}/${known}`).join(', ')}; rename or delete it`;
}

function unknownGroup(parameter: string, group: string): string {
  if (parameter.startsWith('/')) return 'must be written without the path, such as pbx/main/url';
  const meant = nearest(group, GROUPS);
  const hint = meant ? `did you mean ${[meant, ...parameter.split('/').slice(1)].join('/')}? ` : '';
  return `is unknown: ${hint}Known are pbx/NAME/url, routes/NAME, keys/ID and webhooks/NAME; rename or delete it`;
}
