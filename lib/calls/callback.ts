/** What calls are made of, in the words that call APIs share. Relied on by users: product names, never renamed. */

export type Party = 'agent' | 'customer';

export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled'
  /** The order left us, no answer came back, and nothing could be learned since. */
  | 'unknown';

export type LegStatus = 'waiting' | 'ringing' | 'answered' | 'busy' | 'no-answer' | 'failed' | 'canceled';

/** Why a leg failed: refused by the phone, no such or no reachable phone, no line, or anything else. */
export type FailureReason = 'rejected' | 'unreachable' | 'congestion' | 'other';

export interface Leg {
  party: Party;
  status: LegStatus;
  reason?: FailureReason;
  channel?: string;
  /** Q.850 hangup cause and its text, as Asterisk gave them. */
  cause?: number;
  causeText?: string;
  ringSeconds?: number;
  talkSeconds?: number;
}

export interface AsteriskAnswer {
  response?: string;
  message?: string;
  actionId: string;
  /** The OriginateResponse, once seen. */
  event?: Record<string, string | string[]>;
}

/** What the caller is told of a call. */
export interface Callback {
  id: string;
  status: CallStatus;
  route: string;
  pbx: string;
  agent: string;
  to: string;
  legs: { first: Leg; second: Leg };
  asterisk: AsteriskAnswer;
  /** Whether the digits of the request were sent; absent when it had none, or leaves them to the dialplan. */
  dtmf?: 'sent' | 'partly-sent' | 'not-sent';
  metadata: Record<string, string>;
}
