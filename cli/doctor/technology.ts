import { nearest } from '../../lib/settings/parameter-names.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';
import { releaseOf } from './version.ts';

/** An action of each that the class `reporting` brings: listed means that the module is loaded. */
const KNOWN_BY = new Map([
  ['PJSIP', 'PJSIPQualify'],
  ['SIP', 'SIPpeers'],
]);

const SIP_WENT_WITH = 21;

/** What Asterisk 16 to 23 come with, and what people add; Asterisk itself minds no capitals. */
const TECHNOLOGIES = [
  'PJSIP SIP Local IAX2 DAHDI MGCP Skinny USTM OOH323 H323 Motif Mobile',
  'Console Phone NBS VPB mISDN Agent AudioSocket WebSocket MulticastRTP UnicastRTP',
  'SCCP Dongle Quectel Datacard Khomp CAPI LCR Gtalk Jingle Zap',
].flatMap((names) => names.split(' '));

/**
 * Whether Asterisk has the technology of a route's channel; undefined where that cannot be told. An Originate would not
 * tell: it is taken, and fails as for a phone that is not registered.
 */
export function checkTechnology(
  channel: string,
  route: string,
  { may, server }: { may: ReadonlySet<string>; server: string },
): Verdict | undefined {
  const technology = channel.split('/')[0]?.toUpperCase() ?? '';
  const [major = 0] = releaseOf(server) ?? [];
  if (technology === 'SIP' && major >= SIP_WENT_WITH)
    return fail(
      `"${channel}" is of chan_sip, which Asterisk ${major} has not: it went with 21`,
      cureFor(route),
    );
  const action = KNOWN_BY.get(technology);
  if (action === undefined) return mistyped(channel, route);
  if (may.has(action)) return ok(`${technology} is loaded, for "${channel}"`);
  const another = [...KNOWN_BY].find(([, listed]) => may.has(listed))?.[0];
  if (another === undefined) {
    return technology === 'SIP' && major === 0
      ? {
          mark: 'SKIP',
          found: `"${channel}": whether it has chan_sip (it went with 21), this Asterisk does not show`,
        }
      : undefined;
  }
  return fail(`"${channel}": this Asterisk has no ${technology} loaded, but ${another}`, cureFor(route));
}

/** A warning only: there are modules that nobody here has heard of. */
function mistyped(channel: string, route: string): Verdict | undefined {
  const [technology = ''] = channel.split('/');
  if (TECHNOLOGIES.some((name) => name.toUpperCase() === technology.toUpperCase())) return undefined;
  const meant = nearest(technology, TECHNOLOGIES);
  return warn(
    `"${channel}": ${technology} is no channel technology that is known here${meant === undefined ? '' : ` (did you mean "${meant}"?)`}; if this Asterisk has none of that name, no phone rings`,
    cureFor(route),
  );
}

const cureFor = (route: string): string =>
  `write what the phones of this PBX are of into "channel" of routes/${route}, such as "PJSIP/{agent}" (\`asterisk -rx "core show channeltypes"\` lists what there is)`;
