import type { User } from './action-request.ts';
import { DEFAULT_DIALPLAN, type Dialplan } from './dialplan.ts';

export interface SimulatorOptions {
  /** In PEM form. With `tls`, the simulator serves HTTPS. */
  tls?: { key: string; cert: string };
  users?: readonly User[];
  dialplan?: Dialplan;
  /** A factor for the times of phones and for the Timeout of an Originate. 0.01 makes them a hundred times faster. */
  timeScale?: number;
  /** The delay of the reply to a failed login. 1000 in Asterisk. */
  loginDelayMs?: number;
  /** Whether a failed OriginateResponse comes before or after the Hangup events of the call. Asterisk sends both orders. */
  responseOrder?: 'first' | 'last';
  /** A delay of all events except OriginateResponse, as on a PBX under load. */
  channelEventsLagMs?: number;
  /** `session_keep_alive` of http.conf. */
  closeIdleAfterMs?: number;
}

export const DEFAULTS = {
  users: [{ username: 'lambda', secret: 'simulator', read: 'call', write: 'originate,call,reporting' }],
  dialplan: DEFAULT_DIALPLAN,
  timeScale: 1,
  loginDelayMs: 1000,
  responseOrder: 'first',
  channelEventsLagMs: 0,
  closeIdleAfterMs: 15_000,
} as const satisfies SimulatorOptions;
