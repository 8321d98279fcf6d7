import { type AjamSession, isAjamError } from '../../ajam/index.ts';
import { EventFeed } from '../../asterisk/event-feed.ts';
import { withCurrentSecret } from '../../asterisk/retry-refused-login.ts';
import type { SessionPool } from '../../asterisk/session-pool.ts';
import { CallbackError } from '../../problems/callback-error.ts';
import { pbxError } from '../../problems/pbx-error.ts';
import type { PbxSettings } from '../../settings/settings.ts';
import type { SettingsCache } from '../../settings/settings-cache.ts';
import { Deadline } from '../../shared/deadline.ts';
import type { StoreOpener } from '../../store/open-store.ts';
import { PbxBackoff } from '../pbx-backoff.ts';

export interface LinkServices {
  settings: SettingsCache;
  sessions: SessionPool;
  store: StoreOpener;
  /** Opens a session for the events. No other code uses this session. */
  open: (pbx: PbxSettings, options: { signal: AbortSignal }) => Promise<AjamSession>;
}

const LOGIN_MS = 8_000;

/** A runner's connection to a PBX. One session receives all events, and pooled sessions send the actions. */
export class PbxLink {
  readonly #name: string;
  readonly #services: LinkServices;
  #feed: Promise<EventFeed> | undefined;
  #closed = false;
  readonly #backoff = new PbxBackoff();

  constructor(name: string, services: LinkServices) {
    this.#name = name;
    this.#services = services;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Returns the feed of events. Logs in once if there is no feed. @throws CallbackError */
  feed(): Promise<EventFeed> {
    this.#feed ??= this.#openFeed();
    return this.#feed;
  }

  /** Runs work with a session of its own. @throws CallbackError */
  async use<T>(work: (session: AjamSession) => Promise<T>): Promise<T> {
    const { sessions } = this.#services;
    return await this.#withCurrentSecret(async (pbx) => {
      const session = await sessions.borrow(pbx, { signal: Deadline.in(LOGIN_MS).signal() });
      try {
        return await work(session);
      } finally {
        sessions.giveBack(pbx, session);
      }
    });
  }

  /**
   * Asks the PBX about a call. Throws at once if the PBX could not be reached a moment ago, because the questions about all
   * calls would cause many logins. @throws CallbackError
   */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#backoff.startsFor(this.#name, performance.now()) === 0)
      throw new CallbackError('pbx-unreachable', `PBX ${this.#name} is asked again later`);
    const knock = this.#backoff.started(this.#name);
    try {
      const answer = await question();
      knock.succeeded();
      return answer;
    } catch (error) {
      knock.failed(performance.now());
      throw error;
    }
  }

  /** Returns the current settings of the PBX. */
  async settings(): Promise<PbxSettings> {
    const pbx = (await this.#services.settings.get()).pbx[this.#name];
    if (!pbx) throw new CallbackError('pbx-unreachable', `The settings do not hold the PBX ${this.#name}`);
    return pbx;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const feed = await this.#feed?.catch(() => undefined);
    this.#feed = undefined;
    await feed?.close();
  }

  async #openFeed(): Promise<EventFeed> {
    try {
      if (this.#closed) throw new CallbackError('pbx-unreachable', 'The runner has ended');
      const feed = await this.#withCurrentSecret(
        async (pbx) =>
          new EventFeed(await this.#services.open(pbx, { signal: Deadline.in(LOGIN_MS).signal() })),
      );
      void feed.ended.then(() => {
        this.#feed = undefined;
      });
      return feed;
    } catch (error) {
      this.#feed = undefined;
      throw error;
    }
  }

  async #withCurrentSecret<T>(work: (pbx: PbxSettings) => Promise<T>): Promise<T> {
    const known = await this.settings();
    try {
      return await withCurrentSecret(this.#services.settings, this.#name, known, work);
    } catch (error) {
      throw isAjamError(error) ? pbxError(error, this.#name) : error;
    }
  }
}
