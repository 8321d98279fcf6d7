import { type AjamSession, events, header } from '../../lib/ajam/index.ts';
import { dryRun } from './dry-run.ts';
import { fail, ok, type Verdict } from './finding.ts';

/** The event of a call that fails at once comes within milliseconds. */
const PATIENCE_MS = 2500;

/** Whether the outcome of calls is heard: a call that rings nobody has an OriginateResponse too. */
export async function checkEvents(session: AjamSession): Promise<Verdict> {
  // An application, so that no dialplan has a part in it.
  const { id, refused } = await dryRun(session, { application: 'Wait' });
  if (refused !== undefined)
    return fail(`Asterisk refused a call that rings nobody: ${refused}`, 'see its log for the reason');
  const started = Date.now();
  const ours = events(session, {
    wanted: (event) => header(event, 'ActionID') === id,
    until: started + PATIENCE_MS,
  });
  for await (const [event] of ours)
    if (event) return ok(`${event.name} arrives, after ${Date.now() - started} ms`);
  return fail(
    'no event arrives: a call would be placed, and nobody learn what became of it',
    'give the user read=call in manager.conf, without blanks (in "read = system, call" Asterisk reads only "system"), see that neither eventfilter nor disabledevents takes OriginateResponse, Newchannel, Newstate, Dial… and Hangup away, and reload it (`asterisk -rx "manager reload"`)',
  );
}
