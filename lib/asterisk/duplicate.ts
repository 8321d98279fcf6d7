import { type Action, type AjamSession, events, header, type Packet } from '../ajam/index.ts';
import type { Deadline } from '../shared/deadline.ts';

/** No dialplan has it, so a channel that goes there ends before it begins. */
const NOWHERE = 'Local/x@asterisk-callback-nowhere';

/** Responses overtake the events of channels: by milliseconds, and by more on a PBX that has many of them to tell. */
const GRACE_MS = 500;
const BACKLOG_MS = 2000;

interface ProbeOptions {
  /** When to stop; then nothing is known. */
  until: Deadline;
  /** Told of every event that is not of that channel: nobody else will see it. True ends the search: it is not taken. */
  others: (event: Packet) => boolean;
}

/**
 * Whether a live channel has an id, learned with the right to originate alone.
 *
 * An Originate that fails with Reason 0 and without a channel has two meanings that no event tells apart: the phone cannot
 * be reached, or the id is taken. So a channel is asked for that rings nobody wherever it is asked for: Asterisk makes it
 * (Newchannel) and drops it at once, unless the id is taken; then there is only the response.
 *
 * @throws AjamError AJAM_SESSION_LOST.
 */
export async function isTaken(
  session: AjamSession,
  id: string,
  { until, others }: ProbeOptions,
): Promise<boolean | undefined> {
  const actionId = `${id}-taken`;
  await session.send(probe(id, actionId));
  let made = false;
  let answered = false;
  let told = 0;
  const listen = async (deadline: Deadline, enough: () => boolean): Promise<void> => {
    const wanted = (event: Packet): boolean => {
      told += 1;
      if (!isOfProbe(event) && others(event)) made = true;
      made ||=
        event.name === 'Newchannel' &&
        (header(event, 'Channel') ?? '').startsWith(NOWHERE) &&
        header(event, 'Uniqueid') === id;
      answered ||= event.name === 'OriginateResponse' && header(event, 'ActionID') === actionId;
      return made || answered;
    };
    for await (const _ of events(session, { wanted, until: Date.now() + deadline.remainingMs, paceMs: 40 }))
      if (enough()) return;
  };
  await listen(until, () => made || answered);
  const latest = until.within(BACKLOG_MS);
  for (let before = -1; answered && !made && told > before && !latest.hasPassed; ) {
    before = told;
    await listen(latest.within(GRACE_MS), () => made);
  }
  if (made) return false;
  return answered ? true : undefined;
}

/** Whether an event is of such a channel, whoever asked for it; it says nothing of the call. */
export const isOfProbe = (event: Packet): boolean =>
  ['Channel', 'DestChannel', 'LocalOneChannel'].some((name) => header(event, name)?.startsWith(NOWHERE));

const probe = (id: string, actionId: string): Action => ({
  action: 'Originate',
  headers: {
    ActionID: actionId,
    ChannelId: id,
    Channel: NOWHERE,
    Application: 'NoOp',
    Timeout: '1000',
    Async: 'true',
  },
});
