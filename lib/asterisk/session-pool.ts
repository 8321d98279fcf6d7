import { AjamSession, type SendOptions } from '../ajam/index.ts';
import type { PbxSettings } from '../settings/settings.ts';

/** Asterisk forgets a session after `httptimeout` (60 s by default); older ones are not worth the try. */
const LONGEST_IDLE_MS = 45_000;
/** Asterisk keeps the events of everybody for a session that is logged in; a new login drops them. */
const LONGEST_LIFE_MS = 60_000;
/** A function serves one request at a time; a server on one's own machine a few. */
const MOST_IDLE = 8;

/** Logged-in sessions that outlive a request, so that a warm call costs one round trip. */
export class WarmSessions {
  readonly #idle = new Map<string, AjamSession[]>();

  /** A session nobody else uses until it is given back: a warm one, or a new one. */
  async borrow(pbx: PbxSettings, send: SendOptions): Promise<AjamSession> {
    const session = this.#warm(pbx) ?? (await AjamSession.open(pbx, send));
    session.limitBy(send.signal);
    return session;
  }

  #warm(pbx: PbxSettings): AjamSession | undefined {
    const idle = this.#idle.get(keyOf(pbx)) ?? [];
    for (let session = idle.pop(); session; session = idle.pop()) {
      if (session.idleMs < LONGEST_IDLE_MS) return session;
      session.disconnect();
    }
    return undefined;
  }

  async giveBack(pbx: PbxSettings, session: AjamSession): Promise<void> {
    const key = keyOf(pbx);
    const idle = this.#idle.get(key) ?? [];
    this.#idle.set(key, idle);
    session.limitBy(undefined);
    if (idle.length < MOST_IDLE && session.ageMs < LONGEST_LIFE_MS) idle.push(session);
    else await session.logoff();
  }

  /** Logs every idle session off. */
  async close(): Promise<void> {
    const sessions = [...this.#idle.values()].flat();
    this.#idle.clear();
    await Promise.all(sessions.map((session) => session.logoff()));
  }
}

// A rotated secret or a new address makes new sessions.
const keyOf = ({ url, username, secret, ca }: PbxSettings): string =>
  JSON.stringify([url, username, secret, ca]);
