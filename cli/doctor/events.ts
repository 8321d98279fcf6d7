import { type AjamSession, events, header, isAjamError, type Packet } from '../../lib/ajam/index.ts';
import { EVENT_FILTER } from '../manager-conf/manager.ts';
import { dryRun, nowhere } from './dry-run.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';

/** The events of a call that fails at once come within milliseconds. */
const PATIENCE_MS = 2500;

/** Of the kinds that an outcome is made of, those that a call has which reaches nobody. */
const KINDS = ['OriginateResponse', 'Newchannel', 'Hangup'] as const;

/** Whether the outcome of calls is heard: two channels that come and go at once have their events too. */
export async function checkEvents(session: AjamSession): Promise<Verdict> {
  await hearEverything(session);
  // An application, so that no dialplan has a part in it.
  const { id, refused } = await dryRun(session, { application: 'Wait' }, nowhere());
  if (refused !== undefined)
    return fail(`Asterisk refused a call that rings nobody: ${refused}`, 'see its log for the reason');
  const started = Date.now();
  const { arrived, needless } = await hear(session, id, started + PATIENCE_MS);
  const missing = KINDS.filter((kind) => !arrived.has(kind));
  if (missing.length === KINDS.length)
    return fail(
      'no event arrives: a call would be placed, and nobody learn what became of it',
      `give the user read=call in manager.conf, without blanks (in "read = system, call" Asterisk reads only "system"), see that neither eventfilter nor disabledevents takes events away, and ${RELOAD}`,
    );
  if (missing.length > 0)
    return fail(
      `no ${missing.join(' and no ')} arrives, only ${[...arrived].join(' and ')}: nobody would learn what became of a call`,
      `an eventfilter of the user, or disabledevents, takes events away: in manager.conf write eventfilter = ${EVENT_FILTER}, or none, and ${RELOAD}`,
    );
  if (needless.size > 0)
    return warn(
      `more arrives than of calls: ${[...needless].join(', ')}`,
      `write read=call in manager.conf, without an empty item ("call,,user"), which stands for everything, and ${RELOAD}`,
    );
  return ok(`${KINDS.join(', ')} arrive, after ${Date.now() - started} ms`);
}

const RELOAD =
  'reload it (`asterisk -rx "manager reload"`; what was changed in disabledevents counts only once Asterisk has been restarted)';

/** Sessions ask for events of calls alone: what else the user would be given shows only without that. */
const hearEverything = (session: AjamSession): Promise<unknown> =>
  session.send({ action: 'Events', headers: { EventMask: 'all' } }).catch((error: unknown) => {
    // With brokeneventsaction=yes no reply comes.
    if (!isAjamError(error, 'AJAM_NOT_AJAM')) throw error;
  });

interface Heard {
  arrived: ReadonlySet<string>;
  /** Kinds of events that `read=call` would not bring, each with its class. */
  needless: ReadonlySet<string>;
}

async function hear(session: AjamSession, id: string, until: number): Promise<Heard> {
  const arrived = new Set<string>();
  const needless = new Set<string>();
  const wanted = (event: Packet): boolean => {
    const classes = header(event, 'Privilege')?.split(',') ?? [];
    if (classes.includes('all') && !classes.includes('call'))
      needless.add(`${event.name} (class ${classes[0]})`);
    return header(event, 'ActionID') === id || header(event, 'Uniqueid')?.split(';')[0] === id;
  };
  for await (const batch of events(session, { wanted, until })) {
    for (const { name } of batch) if (KINDS.some((kind) => kind === name)) arrived.add(name);
    if (arrived.size === KINDS.length) break;
  }
  return { arrived, needless };
}
