import { createHash } from 'node:crypto';
import { type Action, encodeAction } from './action.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { AjamError } from './errors.ts';
import { header, type Packet } from './packet.ts';
import { type Reply, readReply } from './reply.ts';

export interface AjamOptions extends ConnectionOptions {
  username: string;
  secret: string;
  /**
   * `md5` hides the secret from who listens in, at the price of one more round trip; TLS does that already.
   * @default 'plain' over https, 'md5' over http
   */
  auth?: 'plain' | 'md5' | undefined;
  /** How long the reply to an action may take. @default 5000 */
  replyTimeoutMs?: number | undefined;
}

export interface SendOptions {
  signal?: AbortSignal | undefined;
  /** @default the session's replyTimeoutMs */
  timeoutMs?: number | undefined;
}

/** A failed login takes Asterisk one second; a slow one must not be cut off before that. */
const REPLY_TIMEOUT_MS = 5000;
/** Logging off is a courtesy to the PBX; nobody waits long for it, connecting included. */
const LOGOFF_TIMEOUT_MS = 1000;

/**
 * A logged-in manager session over `/rawman`. Use it from one place at a time.
 *
 * The cookie outlives connections: a dropped connection is replaced and the session goes on, until Asterisk
 * forgets it (`httptimeout`, 60 s) or `logoff`.
 */
export class AjamSession {
  readonly #options: AjamOptions;
  readonly #connection: Connection;
  readonly #opened = Date.now();
  #cookie: string | undefined;
  #lastUsed = 0;
  #limit: AbortSignal | undefined;

  private constructor(options: AjamOptions) {
    this.#options = options;
    this.#connection = new Connection(options);
  }

  /** @throws AjamError: nothing can have happened on the PBX but a login. */
  static async open(options: AjamOptions, send: SendOptions = {}): Promise<AjamSession> {
    const session = new AjamSession(options);
    try {
      await session.login(send);
      return session;
    } catch (error) {
      session.#connection.drop();
      throw error;
    }
  }

  /** Milliseconds since it was opened. */
  get ageMs(): number {
    return Date.now() - this.#opened;
  }

  /** From now on no action outlasts this signal, but logging off. */
  limitBy(signal: AbortSignal | undefined): void {
    this.#limit = signal;
  }

  /** Milliseconds since the last reply. */
  get idleMs(): number {
    return Date.now() - this.#lastUsed;
  }

  async login(send: SendOptions = {}): Promise<void> {
    this.#cookie = undefined;
    const { username, secret } = this.#options;
    const proof = this.#useMd5 ? await this.#challenge(send) : { Secret: secret };
    // Events of class call are recorded from here on, whatever the age of Asterisk (`Events=off` would lose
    // the first ones on newer queues).
    await this.send({ action: 'Login', headers: { Username: username, ...proof, Events: 'call' } }, send);
    if (!this.#cookie)
      throw new AjamError('AJAM_NOT_AJAM', 'The login brought no session cookie: does a proxy drop it?');
  }

  /**
   * Sends one action, once.
   *
   * @throws AjamError AJAM_SESSION_LOST if Asterisk forgot the session; the action was not carried out.
   * @throws AjamError AJAM_REFUSED, AJAM_PERMISSION … for `Response: Error`.
   */
  async send(action: Action, { signal, timeoutMs }: SendOptions = {}): Promise<Reply> {
    const sentCookie = this.#cookie;
    const http = await this.#connection.post(encodeAction(action), {
      cookie: sentCookie,
      timeoutMs: timeoutMs ?? this.#options.replyTimeoutMs ?? REPLY_TIMEOUT_MS,
      signal: signal && this.#limit ? AbortSignal.any([signal, this.#limit]) : (signal ?? this.#limit),
    });
    this.#lastUsed = Date.now();
    const reply = readReply(http, { action: action.action, sentCookie });
    this.#cookie = reply.cookie ?? sentCookie;
    return reply;
  }

  /** Ends the session on the PBX and closes the connection; never throws. */
  async logoff(): Promise<void> {
    this.#limit = undefined;
    try {
      await this.send({ action: 'Logoff' }, { signal: AbortSignal.timeout(LOGOFF_TIMEOUT_MS) });
    } catch {
      // The PBX ends the session by itself after httptimeout.
    }
    this.#connection.drop();
  }

  /** Closes the connection and keeps the session: the next action joins it over a new one. */
  disconnect(): void {
    this.#connection.drop();
  }

  get #useMd5(): boolean {
    return (this.#options.auth ?? (this.#options.url.startsWith('https:') ? 'plain' : 'md5')) === 'md5';
  }

  async #challenge(send: SendOptions): Promise<Record<string, string>> {
    const reply = await this.send({ action: 'Challenge', headers: { AuthType: 'MD5' } }, send);
    const challenge = challengeOf(reply.response);
    const key = createHash('md5').update(`${challenge}${this.#options.secret}`).digest('hex');
    return { AuthType: 'MD5', Key: key };
  }
}

function challengeOf(response: Packet | undefined): string {
  const challenge = response && header(response, 'Challenge');
  if (challenge) return challenge;
  throw new AjamError('AJAM_NOT_AJAM', 'The reply to Challenge holds no challenge', { mayHaveRun: true });
}
