import { setTimeout as sleep } from 'node:timers/promises';
import { type AjamOptions, AjamSession, isAjamError, originateAction } from '../../../lib/ajam/index.ts';
import { newCallbackId } from '../../../lib/calls/callback-id.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../local/simulator/index.ts';

export const SECRET = 'hunter2-of-the-pbx';
export const USER = { username: 'callback', secret: SECRET };

export const simulate = (options: SimulatorOptions = {}): Promise<Simulator> =>
  startSimulator({
    users: [
      { ...USER, read: 'call', write: 'originate' },
      { username: 'readonly', secret: SECRET, read: 'call' },
    ],
    timeScale: 0.01,
    loginDelayMs: 0,
    ...options,
  });

export const openSession = (
  { url }: { url: string },
  options: Partial<AjamOptions> = {},
): Promise<AjamSession> => AjamSession.open({ url, ...USER, auth: 'plain', ...options });

/** Returns an Originate with an id of its own, to a phone that answers. */
export const originate = (id = newCallbackId(), channel = 'PJSIP/3200') =>
  originateAction({
    channelId: id,
    channel,
    context: 'callbacks',
    exten: '74951234500',
    priority: '1',
    timeoutMs: 5000,
    variables: { CRM_ID: 'a-private-note' },
  });

/** Returns how often an action was sent to the PBX, executed or not. */
export const asked = ({ requests }: Simulator, action: string): number =>
  requests.filter((request) => request.action === action).length;

/** Returns the part of the AjamError that callers rely on, and how long it took. */
export async function failureOf(attempt: Promise<unknown>) {
  const started = performance.now();
  try {
    await attempt;
  } catch (error) {
    if (!isAjamError(error)) throw error;
    const { code, mayHaveRun } = error;
    return { code, mayHaveRun, error, ms: performance.now() - started };
  }
  throw new Error('nothing failed');
}

/** Does some work while another session sends Originates with one event each, so that the PBX always has an event. */
export async function amongOthers<T>(pbx: Simulator, work: () => Promise<T>): Promise<T> {
  const session = await openSession(pbx);
  const stop = new AbortController();
  const send = () => session.send(originate(newCallbackId(), 'PJSIP/nobody'));
  const sending = (async () => {
    for (; !stop.signal.aborted; await sleep(20)) await send();
  })();
  try {
    return await work();
  } finally {
    stop.abort();
    await sending;
    await session.logoff();
  }
}
