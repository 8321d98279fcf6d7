import { AjamSession, type SendOptions } from '../ajam/index.ts';
import type { PbxSettings } from '../settings/settings.ts';

/** Asterisk forgets a session after `httptimeout` (60 s by default). A session that was idle for longer is not used again. */
const MAX_IDLE_MS = 45_000;
/** Asterisk keeps the events of all calls for a session that is logged in. A new login drops them. */
const MAX_AGE_MS = 60_000;
/** A function serves one request at a time. `npm start` serves a few at a time. */
const MAX_IDLE_SESSIONS = 8;

/** Keeps logged-in sessions between requests, so that a call from a warm process takes one round trip. */
export class SessionPool {
  readonly #idle = new Map<string, AjamSession[]>();
  readonly #loggingOff = new Set<Promise<void>>();

  /**
   * Returns a kept session, or opens a session. No other code uses the session until `giveBack`.
   *
   * @throws AjamError as `AjamSession.open` does.
   */
  async borrow(pbx: PbxSettings, send: SendOptions): Promise<AjamSession> {
    const session = this.#warm(pbx) ?? (await AjamSession.open(pbx, send));
    session.limitBy(send.signal);
    return session;
  }

  /** Whether `borrow` would return a session without a login. */
  hasWarm(pbx: PbxSettings): boolean {
    return (this.#idle.get(keyOf(pbx)) ?? []).some(({ idleMs }) => idleMs < MAX_IDLE_MS);
  }

  /** Keeps the session for the next `borrow`. Logs it off if enough sessions are kept, or if it is too old. */
  giveBack(pbx: PbxSettings, session: AjamSession): void {
    const key = keyOf(pbx);
    const idle = this.#idle.get(key) ?? [];
    this.#idle.set(key, idle);
    session.limitBy(undefined);
    if (idle.length < MAX_IDLE_SESSIONS && session.ageMs < MAX_AGE_MS) idle.push(session);
    else this.#logOff(session);
  }

  /** Logs off every idle session, and waits up to a second for the replies of the PBXes. */
  async close(): Promise<void> {
    for (const session of [...this.#idle.values()].flat()) this.#logOff(session);
    this.#idle.clear();
    await Promise.all(this.#loggingOff);
  }

  #warm(pbx: PbxSettings): AjamSession | undefined {
    const idle = this.#idle.get(keyOf(pbx)) ?? [];
    for (let session = idle.pop(); session; session = idle.pop()) {
      if (session.idleMs < MAX_IDLE_MS) return session;
      this.#logOff(session);
    }
    return undefined;
  }

  /** Frees the events that Asterisk keeps for the session. No request waits for the logoff. */
  #logOff(session: AjamSession): void {
    const done = session.logoff().finally(() => this.#loggingOff.delete(done));
    this.#loggingOff.add(done);
  }
}

// After a change of the secret or the address, earlier sessions are not used.
const keyOf = ({ url, username, secret, ca }: PbxSettings): string =>
  JSON.stringify([url, username, secret, ca]);
