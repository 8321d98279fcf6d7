import { nearestWord } from '../shared/nearest-word.ts';
import { NAME } from './schema-parts.ts';
import { bareRecord, type GroupName, groupNames, singleNames } from './settings.ts';

const PBX_FIELDS = ['url', 'username', 'secret', 'ca', 'insecure'];

/** Parameters of groups, by group and name, with their values as they were read. */
export type GroupedParameters = { pbx: Record<string, Record<string, unknown>> } & Record<
  GroupName,
  Record<string, unknown>
>;

/** Puts each parameter of a group into its group. Calls `refuse` for each name that has no meaning. */
export function groupParameters(
  flat: Readonly<Record<string, unknown>>,
  refuse: (name: string, sentence: string) => void,
): GroupedParameters {
  const groups = Object.fromEntries(groupNames.map((group) => [group, bareRecord<unknown>()]));
  const grouped: GroupedParameters = {
    ...(groups as Record<GroupName, Record<string, unknown>>),
    pbx: bareRecord<Record<string, unknown>>(),
  };
  for (const [parameter, value] of Object.entries(flat)) {
    const [group = '', name = '', ...fields] = parameter.split('/');
    if (isSingle(parameter)) continue;
    const known = groupNames.find((candidate) => candidate === group);
    const fault =
      group === 'pbx'
        ? faultOfPbx(name, fields)
        : known === undefined
          ? unknownGroup(parameter, group)
          : faultOfJson(known, name, fields);
    if (fault !== undefined) refuse(parameter, fault);
    else if (known !== undefined) grouped[known][name] = value;
    else {
      grouped.pbx[name] ??= bareRecord();
      grouped.pbx[name][fields[0] ?? ''] = value;
    }
  }
  return grouped;
}

const isSingle = (name: string): boolean => singleNames.some((single) => single === name);

const badName = (shape: string): string =>
  `must be named ${shape}, where NAME is letters, digits, "_" and "-", at most 64`;

function faultOfJson(group: GroupName, name: string, fields: readonly string[]): string | undefined {
  if (!NAME.test(name)) return badName(`${group}/NAME`);
  return fields.length === 0 ? undefined : `is too deep: write all of it as JSON into ${group}/${name}`;
}

function faultOfPbx(name: string, [field, ...deeper]: readonly string[]): string | undefined {
  if (!NAME.test(name)) return badName('pbx/NAME/url');
  if (field !== undefined && deeper.length === 0 && PBX_FIELDS.includes(field)) return undefined;
  const meant = field === undefined ? undefined : nearestWord(field, PBX_FIELDS);
  const guess = meant ? `: did you mean pbx/${name}/${meant}?` : '.';
  return `is unknown${guess} A PBX has ${PBX_FIELDS.map((known) => `pbx/${name}/${known}`).join(', ')}. Rename or delete it`;
}

function unknownGroup(parameter: string, group: string): string {
  if (parameter.startsWith('/')) return 'must be written without the path, such as pbx/main/url';
  if (isSingle(group)) return `is too deep: write all of it into ${group}`;
  const meant = nearestWord(group, ['pbx', ...groupNames, ...singleNames]);
  const whole = meant && isSingle(meant) ? meant : [meant, ...parameter.split('/').slice(1)].join('/');
  const guess = meant ? `: did you mean ${whole}?` : '.';
  const known = [...groupNames.map((each) => `${each}/NAME`), ...singleNames].join(', ');
  return `is unknown${guess} Known are pbx/NAME/url, ${known}. Rename or delete it`;
}
