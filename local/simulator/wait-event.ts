import type { Manager, Request } from './action-request.ts';
import { headerOf } from './form.ts';
import type { Packet } from './packet.ts';
import { ALL_CLASSES } from './privilege-classes.ts';
import { actionId, success } from './reply.ts';

/** A WaitEvent ends so many seconds before the session expires. */
const MARGIN_SECONDS = 10;

export async function waitEvent(manager: Manager, { headers, session }: Request): Promise<Packet[]> {
  // Ends a WaitEvent that is running. The reply of that WaitEvent is empty and takes no events.
  session.wake('kicked');
  // The first WaitEvent replaces an empty mask by all classes.
  if (session.mask === 0) session.mask = ALL_CLASSES;
  const longest = Math.max(0, Math.floor((session.expiresAt - Date.now()) / 1000) - MARGIN_SECONDS);
  const why = await wait(session, Math.min(longest, secondsOf(headerOf(headers, 'Timeout'))));
  if (why === 'kicked') return [];
  return [
    ...success(headers, ['Message', 'Waiting for Event completed.']),
    ...manager.sessions.drain(session),
    [['Event', 'WaitEventComplete'], ...actionId(headers)],
  ];
}

function wait(session: Request['session'], seconds: number): Promise<string> {
  if (session.events.length > 0 || session.needsDestroy) return Promise.resolve('event');
  return new Promise((resolve) => {
    const end = (why: string): void => {
      clearTimeout(timer);
      session.wake = () => {};
      resolve(why);
    };
    const timer = setTimeout(end, seconds * 1000, 'timeout');
    session.wake = end;
  });
}

/** Reads the timeout as sscanf("%i") does: 010 is eight, 0x10 is sixteen. A missing or negative timeout means no limit. */
function secondsOf(text: string): number {
  const [, sign = '', digits = ''] = /^([+-]?)(0x[0-9a-f]+|[0-9]+)/i.exec(text) ?? [];
  if (digits === '' || sign === '-') return Number.POSITIVE_INFINITY;
  if (/^0x/i.test(digits)) return Number.parseInt(digits, 16);
  return Number.parseInt(digits, digits.startsWith('0') ? 8 : 10) || 0;
}
