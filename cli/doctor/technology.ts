import { nearestWord } from '../../lib/shared/nearest-word.ts';
import { fail, ok, skip, type Verdict, warn } from './finding.ts';
import { versionOf } from './version.ts';

/** An action of each module that a user with the class `reporting` sees while the module is loaded. */
const KNOWN_BY = new Map([
  ['PJSIP', 'PJSIPQualify'],
  ['SIP', 'SIPpeers'],
]);

/** Asterisk 21 removed chan_sip. Builds of 19 and 20 leave it out unless somebody selects it. */
const SIP_REMOVED_IN = 21;
const SIP_LEFT_OUT_FROM = 19;

/** The technologies of Asterisk 16 to 23, and of modules that people add. Asterisk ignores capitals in them. */
const TECHNOLOGIES = [
  'PJSIP SIP Local IAX2 DAHDI MGCP Skinny USTM OOH323 H323 Motif Mobile',
  'Console Phone NBS VPB mISDN Agent AudioSocket WebSocket MulticastRTP UnicastRTP',
  'SCCP Dongle Quectel Datacard Khomp CAPI LCR Gtalk Jingle Zap',
].flatMap((names) => names.split(' '));

/**
 * Checks whether Asterisk has the technology of a route's channel, undefined where that cannot be seen. An Originate
 * would not show it: Asterisk accepts it, and fails as for a phone that is not registered.
 */
export function checkTechnology(
  channel: string,
  route: string,
  { may, server }: { may: ReadonlySet<string>; server: string },
): Verdict | undefined {
  const technology = channel.split('/')[0]?.toUpperCase() ?? '';
  const version = versionOf(server);
  if (technology === 'SIP' && version && version.major >= SIP_REMOVED_IN)
    return fail(
      `"${channel}" needs chan_sip, which Asterisk ${version.name} does not have. Asterisk 21 removed chan_sip`,
      cureFor(route),
    );
  const action = KNOWN_BY.get(technology);
  if (action === undefined) return mistyped(channel, route);
  if (may.has(action)) return ok(`${technology} is loaded, for "${channel}"`);
  const another = [...KNOWN_BY].find(([, listed]) => may.has(listed))?.[0];
  if (another !== undefined)
    return fail(
      `"${channel}": ${technology} is not loaded in this Asterisk, but ${another} is loaded`,
      cureFor(route),
    );
  return technology === 'SIP' ? maybeSip(channel, route, version?.major) : undefined;
}

/** If the user may not list modules, only the version gives a hint. */
function maybeSip(channel: string, route: string, major: number | undefined): Verdict {
  if (major !== undefined && major >= SIP_LEFT_OUT_FROM)
    return warn(
      `"${channel}" needs chan_sip, which Asterisk ${major} is built without by default. This AMI user cannot see whether chan_sip is loaded`,
      `\`asterisk -rx "module show like chan_sip"\` shows whether chan_sip is loaded. If chan_sip is missing, ${cureFor(route)}`,
    );
  return skip(
    `"${channel}" needs chan_sip. Asterisk 21 removed chan_sip. Asterisk 19 and 20 are built without chan_sip by default. This AMI user cannot see whether chan_sip is loaded. \`asterisk -rx "module show like chan_sip"\` shows whether chan_sip is loaded`,
  );
}

/** Only a warning: there may be modules that this list does not know. */
function mistyped(channel: string, route: string): Verdict | undefined {
  const [technology = ''] = channel.split('/');
  if (TECHNOLOGIES.some((name) => name.toUpperCase() === technology.toUpperCase())) return undefined;
  const meant = nearestWord(technology, TECHNOLOGIES);
  return warn(
    `"${channel}": the doctor does not know the channel technology ${technology}${meant === undefined ? '' : ` (did you mean "${meant}"?)`}. If this Asterisk does not have the technology, no phone rings`,
    cureFor(route),
  );
}

const cureFor = (route: string): string =>
  `write the technology of the phones of this PBX in "channel" of routes/${route}, such as "PJSIP/{agent}" (\`asterisk -rx "core show channeltypes"\` lists them)`;
