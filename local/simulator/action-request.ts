import type { ActionHeaders } from './form.ts';
import type { Pbx } from './pbx.ts';
import type { Session, Sessions } from './sessions.ts';

/** An AMI user. */
export interface User {
  username: string;
  secret: string;
  /** As in manager.conf, such as `call`. Without it the user receives no events. */
  read?: string;
  /** As in manager.conf, such as `originate,call,reporting`. */
  write?: string;
}

/** What an action may use and change. */
export interface Manager {
  users: readonly User[];
  sessions: Sessions;
  pbx: Pbx;
  httpTimeoutSeconds: number;
  loginDelayMs: number;
}

export interface Request {
  headers: ActionHeaders;
  session: Session;
}
