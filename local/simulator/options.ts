import type { User } from './action-request.ts';
import { DEFAULT_DIALPLAN, type Dialplan } from './dialplan.ts';
import type { EventQueue } from './sessions.ts';

export interface SimulatorOptions {
  /** 0 takes a free one. */
  port?: number;
  /** PEM; serves HTTPS with it. */
  tls?: { key: string; cert: string };
  users?: readonly User[];
  dialplan?: Dialplan;
  /** 0.01 makes the phones a hundred times faster; Originate's Timeout shrinks with them. */
  timeScale?: number;
  /** What a failed login costs; 1000 in Asterisk. */
  loginDelayMs?: number;
  /** `httptimeout` of manager.conf. */
  httpTimeoutSeconds?: number;
  /** How long a session may stay without login. */
  unauthenticatedSeconds?: number;
  eventQueue?: EventQueue;
  /** Whether a failed OriginateResponse comes before or after its Hangup events; Asterisk does both. */
  responseOrder?: 'first' | 'last';
  /** How far the events of channels come behind the responses; on a PBX under load they queue up. */
  channelEventsLagMs?: number;
  /** `session_keep_alive` of http.conf. */
  closeIdleAfterMs?: number;
}

export const DEFAULTS = {
  port: 0,
  users: [{ username: 'lambda', secret: 'simulator', read: 'call', write: 'originate,call,reporting' }],
  dialplan: DEFAULT_DIALPLAN,
  timeScale: 1,
  loginDelayMs: 1000,
  httpTimeoutSeconds: 60,
  unauthenticatedSeconds: 5,
  eventQueue: 'retained',
  responseOrder: 'first',
  channelEventsLagMs: 0,
  closeIdleAfterMs: 15_000,
} as const satisfies SimulatorOptions;
