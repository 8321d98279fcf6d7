import { type AjamSession, isAjamError } from '../../lib/ajam/index.ts';
import type { PbxSettings, Settings } from '../../lib/settings/settings.ts';
import { addressesOf, checkAddress } from './address.ts';
import { checkAjam } from './ajam.ts';
import { checkCertificate } from './certificate.ts';
import { checkHints, checkLine } from './check-line.ts';
import { checkConnections } from './connections.ts';
import { checkDialplan } from './dialplan.ts';
import { checkEvents } from './events.ts';
import { type CheckName, type Finding, skip, type Verdict } from './finding.ts';
import { brokenSession, checkParallel, logIn } from './login.ts';
import { checkPrivileges } from './privileges.ts';
import { checkReach } from './reach.ts';
import type { GivenParties } from './sample-calls.ts';
import { checkSpeed } from './speed.ts';
import { checkTechnology } from './technology.ts';
import { checkVersion } from './version.ts';

type Findings = AsyncGenerator<Finding, void, void>;

/** Checks a PBX, and every route that uses it. Rings no phone. */
export async function* checkPbx(
  name: string,
  pbx: PbxSettings,
  settings: Settings,
  given: GivenParties,
): Findings {
  const subject = `pbx/${name}`;
  const url = new URL(pbx.url);
  const say = (check: CheckName, { cure, ...verdict }: Verdict): Finding => ({
    subject,
    check,
    ...verdict,
    // The checks do not know the name of the PBX.
    ...(cure !== undefined && { cure: cure.replaceAll('pbx/<name>', subject) }),
  });
  const rest = (what: string): Finding =>
    say('rest', skip(`not checked, because of the failure above: ${what}`));

  const addresses = await addressesOf(url);
  yield say('address', checkAddress(url, addresses));
  if (addresses.length === 0) return yield rest('everything else');

  const reach = await checkReach(url);
  yield say('reach', reach);
  if (reach.mark === 'FAIL') return yield rest('everything else');

  if (url.protocol === 'https:') {
    const tls = await checkCertificate(url, pbx.ca);
    yield say('tls', tls);
    if (tls.mark === 'FAIL') return yield rest('AJAM, login, privileges, dialplan, events');
  }

  const ajam = await checkAjam(pbx);
  yield say('ajam', ajam.verdict);
  if (ajam.verdict.mark === 'FAIL') return yield rest('login, privileges, dialplan, events');
  yield say('version', checkVersion(ajam.server));
  yield say('connections', await checkConnections(url));

  const { session, verdict } = await logIn(pbx);
  yield say('login', verdict);
  if (!session) return yield rest('privileges, dialplan, events');
  try {
    yield* checkSession(session, say, { name, pbx, server: ajam.server, settings, given });
  } catch (error) {
    if (!isAjamError(error)) throw error;
    yield say('rest', brokenSession(error.message));
  } finally {
    await session.logoff();
  }
}

interface CheckedPbx {
  name: string;
  pbx: PbxSettings;
  /** The `Server` header. */
  server: string;
  settings: Settings;
  given: GivenParties;
}

async function* checkSession(
  session: AjamSession,
  say: (check: CheckName, verdict: Verdict) => Finding,
  { name, pbx, server, settings, given }: CheckedPbx,
): Findings {
  yield say('parallel', await checkParallel(pbx));
  const { verdict, may } = await checkPrivileges(session);
  yield say('privileges', verdict);
  if (may.has('Originate')) {
    for (const [route, rules] of Object.entries(settings.routes)) {
      if (!rules.pbx.includes(name)) continue;
      const subject = `routes/${route} on pbx/${name}`;
      const technology = checkTechnology(rules.channel, route, { may, server });
      if (technology) yield { subject, check: 'channel', ...technology };
      yield { subject, check: 'dialplan', ...(await orBroken(checkDialplan(session, route, rules, given))) };
      const line = checkLine(rules, may);
      if (line) yield { subject, check: 'line', ...line };
      const hints = await checkHints(session, route, rules, may);
      if (hints) yield { subject, check: 'hints', ...hints };
    }
    yield say('events', await orBroken(checkEvents(session)));
  } else {
    yield say('rest', skip('not checked, because of the failure above: dialplan, events'));
  }
  yield say('speed', await orBroken(checkSpeed(session)));
}

/** Returns the verdict of a check, also when a request of the check failed. So the checks after it still run. */
const orBroken = (verdict: Promise<Verdict>): Promise<Verdict> =>
  verdict.catch((error: unknown) => {
    if (!isAjamError(error)) throw error;
    return brokenSession(error.message);
  });
