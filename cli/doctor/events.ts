import { type AjamSession, events, header, isAjamError, type Packet } from '../../lib/ajam/index.ts';
import { EVENT_FILTER } from '../manager-conf/manager.ts';
import { dryRun, nowhere } from './dry-run.ts';
import { fail, ok, type Verdict, warn } from './finding.ts';
import { RELOAD_MANAGER } from './reload-advice.ts';

/** The events of a call that fails at once arrive within milliseconds. */
const WAIT_MS = 2500;

/** The events that an outcome needs and that a call without a phone causes. */
const KINDS = ['OriginateResponse', 'Newchannel', 'Hangup'] as const;

/** Checks that the events of calls arrive. Two channels that end at once have events too. */
export async function checkEvents(session: AjamSession): Promise<Verdict> {
  await subscribeToAll(session);
  // The call goes to an application, so that no dialplan takes part.
  const { id, refused } = await dryRun(session, { application: 'Wait' }, nowhere());
  if (refused !== undefined)
    return fail(
      `Asterisk refused a call that rings no phone: ${refused}`,
      'look into the log of Asterisk for the reason',
    );
  const started = Date.now();
  const { arrived, needless } = await collect(session, id, started + WAIT_MS);
  const missing = KINDS.filter((kind) => !arrived.has(kind));
  if (missing.length === KINDS.length)
    return fail(
      'no event arrives, so calls are placed, but their outcome stays unknown',
      `add read=call to the user in manager.conf, without blanks: in "read = system, call" Asterisk reads only "system". Check that eventfilter and disabledevents do not remove events. Then ${RELOAD}`,
    );
  if (missing.length > 0)
    return fail(
      `no ${missing.join(' and no ')} arrives, only ${[...arrived].join(' and ')}, so the outcome of calls stays unknown`,
      `eventfilter of the user or disabledevents removes events. In manager.conf, write eventfilter = ${EVENT_FILTER}, or remove eventfilter. Then ${RELOAD}`,
    );
  if (needless.size > 0)
    return warn(
      `events arrive that callbacks do not need: ${[...needless].slice(0, 20).join(', ')}`,
      `write read=call in manager.conf. Asterisk reads an empty item ("call,,user") as everything. Then ${RELOAD}`,
    );
  return ok(`${KINDS.join(', ')} arrive, after ${Date.now() - started} ms`);
}

const RELOAD = `${RELOAD_MANAGER} (disabledevents counts only after a restart of Asterisk)`;

/** Sessions ask only for the events of calls. Asking for all shows what else the user would get. */
const subscribeToAll = (session: AjamSession): Promise<unknown> =>
  session.send({ action: 'Events', headers: { EventMask: 'all' } }).catch((error: unknown) => {
    // With brokeneventsaction=yes the reply of Asterisk is empty. An error of the connection has a cause.
    const isEmpty = isAjamError(error, 'AJAM_NO_REPLY') && error.cause === undefined;
    if (!isEmpty) throw error;
  });

interface Collected {
  arrived: ReadonlySet<string>;
  /** Kinds of events that `read=call` does not bring, each with its class. */
  needless: ReadonlySet<string>;
}

async function collect(session: AjamSession, id: string, until: number): Promise<Collected> {
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
