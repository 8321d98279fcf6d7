import { Client } from 'undici';
import { connectionError } from './connection-errors.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import { AjamError } from './errors.ts';

export interface ConnectionOptions {
  /** `https://pbx.example.com:8089` plus the prefix of http.conf, if any. */
  url: string;
  /** PEM to trust instead of the public authorities: a private CA, or the PBX's own certificate. */
  ca?: string | undefined;
  /** @default 3000 */
  connectTimeoutMs?: number | undefined;
  /**
   * A connection that was idle for longer is not used again. Asterisk closes an idle one after
   * `session_keep_alive` (15 s by default).
   * @default 5000
   */
  maxIdleMs?: number | undefined;
}

export interface PostOptions {
  cookie?: string | undefined;
  /** How long the whole reply may take, from when the request left. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface HttpReply {
  status: number;
  contentType: string;
  setCookies: readonly string[];
  body: string;
}

/** A WaitEvent on a busy PBX brings everything since the last one; beyond this it is cut off as a fault. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/**
 * One connection to `/rawman`, one request at a time.
 *
 * A frozen process (Lambda) has timers that stand still, so undici may believe in a connection that died
 * long ago. The clock on the wall decides instead: what was idle too long is thrown away, and the event loop
 * gets one turn to see a close that is already here. Whether a request's bytes may have left is known from
 * undici's `onRequestStart`, which runs right before it writes.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #endpoint: Endpoint;
  #client: Client | undefined;
  #lastUsed = 0;

  /** @throws AjamError AJAM_INVALID if the url is none. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#endpoint = endpointOf(options.url);
  }

  /** @throws AjamError; its `mayHaveRun` is false only if no byte of the request left. */
  async post(body: string, options: PostOptions): Promise<HttpReply> {
    const client = await this.#freshClient();
    if (options.signal?.aborted) {
      throw new AjamError('AJAM_ABORTED', 'Aborted, nothing was sent', { cause: options.signal.reason });
    }
    try {
      return await this.#exchange(client, body, options);
    } finally {
      this.#lastUsed = Date.now();
    }
  }

  /** Throws the connection away; the next request opens a new one. */
  drop(): void {
    void this.#client?.destroy();
    this.#client = undefined;
  }

  async #freshClient(): Promise<Client> {
    if (this.#client && Date.now() - this.#lastUsed > this.#maxIdleMs) this.drop();
    // A close by Asterisk that has already arrived is read in this turn, before anything is written.
    if (this.#client) await new Promise((resolve) => setImmediate(resolve));
    this.#client ??= new Client(this.#endpoint.origin, {
      allowH2: false,
      connect: {
        timeout: this.#connectTimeoutMs,
        ...(this.#options.ca && { ca: this.#options.ca, allowPartialTrustChain: true }),
      },
      // The deadline of every exchange is our own timer: undici's are half a second coarse.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: this.#maxIdleMs,
      maxResponseSize: MAX_RESPONSE_BYTES,
    });
    return this.#client;
  }

  #exchange(client: Client, body: string, { cookie, timeoutMs, signal }: PostOptions): Promise<HttpReply> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpReply>();
    const { host, path } = this.#endpoint;
    const chunks: Buffer[] = [];
    let sent = false;
    let status = 0;
    let contentType = '';
    let setCookies: string[] = [];

    const fail = (error: AjamError): void => {
      reject(error);
      if (client === this.#client) this.drop();
    };
    const onAbort = (): void =>
      fail(new AjamError('AJAM_ABORTED', 'Aborted', { cause: signal?.reason, mayHaveRun: sent }));
    let timer = setTimeout(() => {
      fail(new AjamError('AJAM_UNREACHABLE', `No connection to ${host} within ${this.#connectTimeoutMs} ms`));
    }, this.#connectTimeoutMs);
    const onSent = (): void => {
      sent = true;
      clearTimeout(timer);
      timer = setTimeout(() => {
        fail(
          new AjamError('AJAM_NO_REPLY', `No reply from ${host} within ${timeoutMs} ms`, {
            mayHaveRun: true,
          }),
        );
      }, timeoutMs);
    };
    signal?.addEventListener('abort', onAbort, { once: true });

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
        onResponseStart(_controller, statusCode, headers) {
          status = statusCode;
          contentType = String(headers['content-type'] ?? '');
          setCookies = [headers['set-cookie'] ?? []].flat();
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          resolve({ status, contentType, setCookies, body: Buffer.concat(chunks).toString('utf8') });
        },
        onResponseError: (_controller, cause) => fail(connectionError(cause, sent, this.#endpoint)),
      },
    );
    return promise.finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  }

  get #connectTimeoutMs(): number {
    return this.#options.connectTimeoutMs ?? 3000;
  }

  get #maxIdleMs(): number {
    return this.#options.maxIdleMs ?? 5000;
  }
}
