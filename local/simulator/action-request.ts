import type { ActionHeaders } from './form.ts';
import type { Pbx } from './pbx.ts';
import type { Session, Sessions } from './sessions.ts';

/** An AMI user. */
export interface User {
  username: string;
  secret: string;
  /** The line `read=` of manager.conf, such as `call`. A user without `read` receives no events. */
  read?: string;
  /** The line `write=` of manager.conf, such as `originate,call,reporting`. */
  write?: string;
}

/** The parts of the simulator that actions use. */
export interface Manager {
  users: readonly User[];
  sessions: Sessions;
  pbx: Pbx;
  loginDelayMs: number;
}

export interface Request {
  headers: ActionHeaders;
  session: Session;
}
