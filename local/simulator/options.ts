import type { User } from './action-request.ts';
import { DEFAULT_DIALPLAN, type Dialplan } from './dialplan.ts';
import type { EventQueue } from './sessions.ts';

export interface SimulatorOptions {
  /** 0 uses a free port. */
  port?: number;
  /** PEM. With it the simulator serves HTTPS. */
  tls?: { key: string; cert: string };
  users?: readonly User[];
  dialplan?: Dialplan;
  /** 0.01 makes the phones a hundred times faster, and shortens Originate's Timeout as much. */
  timeScale?: number;
  /** How long a failed login takes. 1000 in Asterisk. */
  loginDelayMs?: number;
  /** `httptimeout` of manager.conf. */
  httpTimeoutSeconds?: number;
  /** How long a session may exist without a login. */
  unauthenticatedSeconds?: number;
  eventQueue?: EventQueue;
  /** Whether a failed OriginateResponse comes before or after its Hangup events. Asterisk does both. */
  responseOrder?: 'first' | 'last';
  /** How much later than responses the events of channels arrive, as on a PBX under load. */
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
