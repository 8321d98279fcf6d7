import type { FailureReason } from '../calls/callback.ts';

/** The result of a leg that was not answered. */
export interface LegResult {
  status: 'busy' | 'no-answer' | 'failed' | 'canceled';
  reason?: FailureReason;
}

/** The cause of an ordinary hangup. `DELETE` uses it too. */
export const NORMAL_CLEARING = 16;

/** Returns the result that a Q.850 cause means for an unanswered phone. Undefined for a vague cause, such as 0, 16 or 127. */
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

/**
 * Returns what the Reason of a failed OriginateResponse means: the number of a control frame (pbx.c). PJSIP gives 0 for a refusal
 * by the phone.
 */
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
 * Returns the result of a dial by its cause, or else by its DialStatus. CANCEL means that the caller hung up, and then the cause
 * means nothing.
 */
export function resultOfDial(status: string, cause: number | undefined): LegResult {
  if (status === 'CANCEL') return { status: 'canceled' };
  const result = resultOfCause(cause);
  if (result) return result;
  const hasOtherCause = Boolean(cause) && cause !== NORMAL_CLEARING;
  return hasOtherCause && COLLECTIVE.includes(status)
    ? { status: 'failed', reason: 'other' }
    : resultOfDialStatus(status);
}

/** Dial also reports these for causes without a DialStatus of their own. */
const COLLECTIVE = ['NOANSWER', 'CHANUNAVAIL'];

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
