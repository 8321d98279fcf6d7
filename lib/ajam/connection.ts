import type { Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import { type AjamUrl, parseAjamUrl } from './ajam-url.ts';
import { connectionError, noConnection, noReply } from './connection-errors.ts';
import { AjamError, isAjamError } from './errors.ts';
import type { Reply, ReplyReader } from './reply-reader.ts';

export interface ConnectionOptions {
  /** `https://pbx.example.com:8089` plus the prefix of http.conf, if any. */
  url: string;
  /** PEM to trust instead of the public authorities: a private CA, or the PBX's own certificate. */
  ca?: string | undefined;
  /** Milliseconds. @default 3000 */
  connectTimeoutMs?: number | undefined;
  /**
   * Milliseconds. A connection that was idle for longer is not used again. Asterisk closes an idle connection
   * after `session_keep_alive` (15 s by default).
   * @default 5000
   */
  maxIdleMs?: number | undefined;
}

export interface PostOptions {
  cookie: string | undefined;
  /** How long the complete reply may take after the request was sent, in milliseconds. */
  timeoutMs: number;
  /** When to give up in any case, including the connection: milliseconds since the epoch. */
  until?: number | undefined;
  /** No byte of the request leaves at or after this time: milliseconds since the epoch. */
  sendBy?: number | undefined;
  signals: readonly AbortSignal[];
}

/** The most that HTTP headers and framing may add to the bytes of a reply. */
const MAX_OVERHEAD_BYTES = 1024 * 1024;
const FLOOD_CHECK_MS = 100;

/**
 * One connection to `/rawman`, for one request at a time.
 *
 * While Lambda freezes a process, its timers stop. So undici may try a connection that was closed long ago. Therefore the
 * wall clock decides: a connection that was idle too long is not used again. Before any other connection is used again,
 * the event loop runs once, so that a close that has already arrived is seen. undici calls `onRequestStart` right before
 * it writes: from then on bytes of the request may have left.
 */
export class Connection {
  readonly #url: AjamUrl;
  readonly #ca: string | undefined;
  readonly #connectTimeoutMs: number;
  readonly #maxIdleMs: number;
  #client: Client | undefined;
  #socket: Socket | undefined;
  #lastUsed = 0;

  /** @throws AjamError AJAM_INVALID if the url is not the address of an HTTP server. */
  constructor({ url, ca, connectTimeoutMs = 3000, maxIdleMs = 5000 }: ConnectionOptions) {
    this.#url = parseAjamUrl(url);
    this.#ca = ca;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#maxIdleMs = maxIdleMs;
  }

  /**
   * Sends a form and returns the reply that `reader` reads. Closes the connection after an error, because later bytes on it
   * could be taken for the next reply. After most refusals by Asterisk the connection stays open.
   *
   * @throws AjamError. Its `mayHaveRun` is false only if no byte of the request left, or if the reply proves it.
   */
  async post(body: string, reader: ReplyReader, options: PostOptions): Promise<Reply> {
    const client = await this.#freshClient();
    const aborted = options.signals.find((signal) => signal.aborted);
    if (aborted) {
      throw new AjamError('AJAM_ABORTED', 'Aborted, nothing was sent', { cause: aborted.reason });
    }
    try {
      await this.#exchange(client, body, reader, options);
      return reader.end();
    } catch (error) {
      if (client === this.#client && !mayStayOpenAfter(error)) this.drop();
      throw error;
    } finally {
      this.#lastUsed = Date.now();
    }
  }

  /** Closes the connection. The next request opens a new connection. */
  drop(): void {
    void this.#client?.destroy();
    this.#client = undefined;
    this.#socket = undefined;
  }

  async #freshClient(): Promise<Client> {
    if (this.#client && Date.now() - this.#lastUsed > this.#maxIdleMs) this.drop();
    // Lets the event loop run once. It reads a close by Asterisk that has already arrived, before anything is written.
    if (this.#client) await new Promise((resolve) => setImmediate(resolve));
    this.#client ??= this.#newClient();
    return this.#client;
  }

  #newClient(): Client {
    const connect = buildConnector({
      allowH2: false,
      timeout: this.#connectTimeoutMs,
      ...(this.#ca && { ca: this.#ca, allowPartialTrustChain: true }),
    });
    return new Client(this.#url.origin, {
      allowH2: false,
      connect: (options, callback) =>
        connect(options, (...result) => {
          this.#socket = result[1] ?? undefined;
          callback(...result);
        }),
      // Each exchange has its own timer, because undici's are only accurate to half a second.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: this.#maxIdleMs,
      keepAliveMaxTimeout: this.#maxIdleMs,
      maxResponseSize: -1,
    });
  }

  #exchange(client: Client, body: string, reader: ReplyReader, options: PostOptions): Promise<void> {
    const { cookie, timeoutMs, until = Infinity, sendBy = Infinity, signals } = options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { host, path } = this.#url;
    let sent = false;
    let failed = false;
    let flood: NodeJS.Timeout | undefined;

    const fail = (error: unknown): void => {
      failed = true;
      reject(error);
      void client.destroy();
    };
    const read = (step: () => void): void => {
      if (failed) return;
      try {
        step();
      } catch (error) {
        fail(error);
      }
    };
    const connectMs = Math.min(this.#connectTimeoutMs, Math.max(0, until - Date.now()));
    let timer = setTimeout(() => fail(noConnection(host, connectMs)), connectMs);
    const onSent = (): void => {
      // In a process that was frozen while it connected, timers fire late, so the clock is checked here. An error here keeps
      // undici from writing.
      if (Date.now() >= sendBy) {
        fail(new AjamError('AJAM_ABORTED', 'It was too late to send the action, and nothing was sent'));
        throw new Error('too late');
      }
      sent = true;
      clearTimeout(timer);
      const replyMs = Math.min(timeoutMs, Math.max(0, until - Date.now()));
      timer = setTimeout(() => fail(noReply(host, `within ${Math.round(replyMs)} ms`)), replyMs);
      // undici reads some bytes without passing them on: status line, informational replies, chunk extensions. They may be
      // endless.
      const before = this.#socket?.bytesRead ?? 0;
      flood = setInterval(() => {
        const bytes = (this.#socket?.bytesRead ?? 0) - before;
        if (bytes > reader.maxBytes + MAX_OVERHEAD_BYTES) fail(noReply(host, `in ${bytes} bytes`));
      }, FLOOD_CHECK_MS);
    };
    const onAbort = ({ target }: Event): void => {
      const { reason } = target as AbortSignal;
      fail(new AjamError('AJAM_ABORTED', 'Aborted', { cause: reason, mayHaveRun: sent }));
    };
    for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true });

    client.dispatch(
      {
        method: 'POST',
        path,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(cookie && { cookie: `mansession_id="${cookie}"` }),
        },
        body,
      },
      {
        onRequestStart: onSent,
        onResponseStart: (_controller, status, headers) =>
          read(() => {
            const contentType = String(headers['content-type'] ?? '');
            reader.start({ status, contentType, setCookies: [headers['set-cookie'] ?? []].flat() });
          }),
        onResponseData: (_controller, chunk) => read(() => reader.read(chunk)),
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, cause) => fail(connectionError(cause, sent, this.#url)),
      },
    );
    return promise.finally(() => {
      clearTimeout(timer);
      clearInterval(flood);
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
    });
  }
}

// After a refusal the connection may be used again, except after AJAM_SESSION_LOST. Then the same Originate, with the same
// ActionID, may be sent again. If a proxy repeated the refusal on this connection, it would look like the reply to the second
// Originate.
const mayStayOpenAfter = (error: unknown): boolean =>
  isAjamError(error) && error.asteriskMessage !== undefined && error.code !== 'AJAM_SESSION_LOST';
