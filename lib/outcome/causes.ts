import type { FailureReason } from '../calls/callback.ts';

/** How a leg that was not answered ended. */
export interface LegResult {
  status: 'busy' | 'no-answer' | 'failed' | 'canceled';
  reason?: FailureReason;
}

/** The cause of whoever hangs up in the ordinary way; also the one we cancel with. */
export const NORMAL_CLEARING = 16;

/**
 * What a Q.850 hangup cause says of a phone that did not answer, if it says anything: 16 (normal clearing), 0 and
 * 127 stand for everything and nothing.
 */
export function resultOfCause(cause: number | undefined): LegResult | undefined {
  switch (cause) {
    case 17:
      return { status: 'busy' };
    case 18:
    case 19:
      return { status: 'no-answer' };
    case 21:
      return { status: 'failed', reason: 'rejected' };
    case 1:
    case 3:
    case 20:
      return { status: 'failed', reason: 'unreachable' };
    case 34:
    case 38:
    case 41:
    case 42:
      return { status: 'failed', reason: 'congestion' };
    default:
      return undefined;
  }
}

/** What the Reason of a failed OriginateResponse says (a control frame's number, pbx.c); PJSIP gives 0 for all. */
export function resultOfReason(reason: string | undefined): LegResult | undefined {
  switch (reason) {
    case '3':
      return { status: 'no-answer' };
    case '5':
      return { status: 'busy' };
    case '8':
      return { status: 'failed', reason: 'congestion' };
    default:
      return undefined;
  }
}

/**
 * What the end of a dial says: its cause, else the DialStatus. Who is dialled no longer because the caller went away has a
 * cause that tells nothing. NOANSWER and CHANUNAVAIL are no such thing: Dial has them for causes that it has no word for.
 */
export function resultOfDial(status: string, cause: number | undefined): LegResult {
  if (status === 'CANCEL') return { status: 'canceled' };
  const result = resultOfCause(cause);
  if (result) return result;
  const hasOther = Boolean(cause) && cause !== NORMAL_CLEARING;
  return hasOther && VAGUE.includes(status)
    ? { status: 'failed', reason: 'other' }
    : resultOfDialStatus(status);
}

const VAGUE = ['NOANSWER', 'CHANUNAVAIL'];

function resultOfDialStatus(status: string): LegResult {
  switch (status) {
    case 'BUSY':
      return { status: 'busy' };
    case 'NOANSWER':
      return { status: 'no-answer' };
    case 'CONGESTION':
      return { status: 'failed', reason: 'congestion' };
    case 'CHANUNAVAIL':
      return { status: 'failed', reason: 'unreachable' };
    default:
      return { status: 'failed', reason: 'other' };
  }
}
