import { createHash, randomUUID } from 'node:crypto';
import { type Action, encodeAction } from './action.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { AjamError } from './errors.ts';
import { header, type Packet } from './packet.ts';
import { type Reply, ReplyReader } from './reply-reader.ts';

export interface AjamOptions extends ConnectionOptions {
  username: string;
  secret: string;
  /**
   * `md5` does not send the secret itself, and takes one more round trip. Over TLS it is not needed.
   * @default 'plain' over https, 'md5' over http
   */
  auth?: 'plain' | 'md5' | undefined;
  /** How long the reply to an action may take, in milliseconds. @default 5000 */
  replyTimeoutMs?: number | undefined;
}

export interface SendOptions {
  signal?: AbortSignal | undefined;
  /** When to give up, including the connection: milliseconds since the epoch. */
  until?: number | undefined;
  /** The action is not sent at or after this time: milliseconds since the epoch. */
  sendBy?: number | undefined;
  /** How long the reply may take, in milliseconds. @default the session's replyTimeoutMs */
  timeoutMs?: number | undefined;
  /**
   * Called once for each event of the reply, in order, while the reply still arrives. Unwanted events take no memory. The
   * send may still fail after some calls.
   * @default every event is kept
   */
  wanted?: ((event: Packet) => boolean) | undefined;
}

/** Asterisk delays the reply to a failed login by one second. */
const REPLY_TIMEOUT_MS = 5000;
/** Includes the connection. A logoff only frees memory of the PBX, so it is not worth a longer wait. */
const LOGOFF_TIMEOUT_MS = 1000;

/**
 * A logged-in manager session over `/rawman`, for one action at a time.
 *
 * The session does not end with its connection: a cookie continues the session over a new connection. It ends when Asterisk
 * forgets it (`httptimeout`, 60 s) or with `logoff`.
 */
export class AjamSession {
  readonly #options: AjamOptions;
  readonly #connection: Connection;
  readonly #opened = Date.now();
  #cookie: string | undefined;
  #lastUsed = 0;
  #limit: AbortSignal | undefined;
  /** Set by `events` after its first WaitEvent. The event of the session's own login may have ended this WaitEvent. */
  hasWaited = false;
  /** The bytes of all replies so far, incomplete replies too. */
  bytesRead = 0;

  private constructor(options: AjamOptions) {
    this.#options = options;
    this.#connection = new Connection(options);
  }

  /**
   * Connects and logs in.
   *
   * @throws AjamError. Asterisk has executed nothing except perhaps the login.
   */
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

  /** Milliseconds since the last reply. */
  get idleMs(): number {
    return Date.now() - this.#lastUsed;
  }

  /** Makes this signal abort every later action, except `logoff`. */
  limitBy(signal: AbortSignal | undefined): void {
    this.#limit = signal;
  }

  /** Logs in again, for example after AJAM_SESSION_LOST. @throws AjamError as `open` does. */
  async login(send: SendOptions = {}): Promise<void> {
    this.#cookie = undefined;
    this.hasWaited = false;
    const { username, secret } = this.#options;
    const proof = this.#useMd5 ? await this.#challenge(send) : { Secret: secret };
    // From here on Asterisk keeps the events of class call. With `Events=off`, newer versions would lose the first events of a
    // call.
    await this.send({ action: 'Login', headers: { Username: username, ...proof, Events: 'call' } }, send);
    if (!this.#cookie)
      throw new AjamError(
        'AJAM_NOT_AJAM',
        'The reply to the login has no session cookie. Check whether a proxy removes it',
        { mayHaveRun: true },
      );
  }

  /**
   * Sends one action, once. Adds an ActionID if the action has none.
   *
   * @throws AjamError AJAM_SESSION_LOST if Asterisk forgot the session. The action was not executed.
   * @throws AjamError AJAM_REFUSED, AJAM_PERMISSION and so on for `Response: Error`. The action was not executed, except that a
   *   synchronous Originate may have rung a phone: then `mayHaveRun` is true.
   * @throws AjamError with `mayHaveRun: true` if the action was sent and no complete reply with its ActionID arrived.
   */
  async send(action: Action, { signal, until, sendBy, timeoutMs, wanted }: SendOptions = {}): Promise<Reply> {
    const { actionId, named } = withActionId(action);
    const cookie = this.#cookie;
    const reader = new ReplyReader({ action: action.action, actionId, cookie, wanted });
    const sending = this.#connection.post(encodeAction(named), reader, {
      cookie,
      until,
      sendBy,
      timeoutMs: timeoutMs ?? this.#options.replyTimeoutMs ?? REPLY_TIMEOUT_MS,
      signals: [signal, this.#limit].filter((one) => one !== undefined),
    });
    const reply = await sending.finally(() => {
      this.bytesRead += reader.bytes;
    });
    this.#lastUsed = Date.now();
    this.#cookie = reply.cookie ?? cookie;
    return reply;
  }

  /** Ends the session on the PBX and closes the connection, within a second. Never throws. */
  async logoff(): Promise<void> {
    this.#limit = undefined;
    try {
      await this.send({ action: 'Logoff' }, { until: Date.now() + LOGOFF_TIMEOUT_MS });
    } catch {
      // The PBX ends the session by itself after httptimeout.
    }
    this.#connection.drop();
  }

  /** Closes the connection and keeps the session. The next action opens a new connection. */
  disconnect(): void {
    this.#connection.drop();
  }

  get #useMd5(): boolean {
    return (this.#options.auth ?? (this.#options.url.startsWith('https:') ? 'plain' : 'md5')) === 'md5';
  }

  async #challenge(send: SendOptions): Promise<Record<string, string>> {
    const reply = await this.send({ action: 'Challenge', headers: { AuthType: 'MD5' } }, send);
    const challenge = reply.response && header(reply.response, 'Challenge');
    if (!challenge) {
      throw new AjamError('AJAM_NOT_AJAM', 'The reply to Challenge contains no challenge', {
        mayHaveRun: true,
      });
    }
    const key = createHash('md5').update(`${challenge}${this.#options.secret}`).digest('hex');
    return { AuthType: 'MD5', Key: key };
  }
}

/** An Originate keeps the ActionID that its caller chose: its events carry it. */
function withActionId(action: Action): { actionId: string; named: Action } {
  const headers = Object.entries(action.headers ?? {});
  const given = headers.find(([name]) => name.toLowerCase() === 'actionid')?.[1];
  if (typeof given === 'string') return { actionId: given, named: action };
  const actionId = randomUUID();
  return { actionId, named: { ...action, headers: { ActionID: actionId, ...action.headers } } };
}
