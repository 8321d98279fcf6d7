import { AjamError } from './errors.ts';
import { header, type Packet } from './packet.ts';
import { PacketParser } from './packet-parser.ts';
import { refusal } from './refusal.ts';
import { readableText } from './text.ts';

/** Asterisk's reply to one action. */
export interface Reply {
  /** Absent only if another WaitEvent of the same session ended this one. */
  readonly response: Packet | undefined;
  /** The events of the reply that were wanted. */
  readonly events: readonly Packet[];
  /** The session id for the next action. */
  readonly cookie: string | undefined;
}

/** The action that a reply belongs to. */
export interface SentAction {
  action: string;
  actionId: string;
  cookie: string | undefined;
  /** Called once for each event, in order, while the reply still arrives. @default every event is kept */
  wanted?: ((event: Packet) => boolean) | undefined;
}

export interface ReplyHead {
  status: number;
  contentType: string;
  setCookies: readonly string[];
}

const MAX_REPLY_BYTES = 65_536;
/** For lists and events. On a busy PBX a WaitEvent returns every event since the last WaitEvent. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;
const MAX_KEPT_BYTES = 1024 * 1024;

/**
 * Reads and checks the reply to one action while it arrives.
 *
 * Accepts only a complete reply with the ActionID of the action: a proxy may repeat an earlier reply, or cut off a reply. Every
 * error except `Response: Error` has `mayHaveRun: true`.
 */
export class ReplyReader {
  readonly #sent: SentAction;
  readonly #parser = new PacketParser((packet, bytes) => this.#take(packet, bytes));
  readonly #events: Packet[] = [];
  #cookie: string | undefined;
  #response: Packet | undefined;
  #isList: boolean;
  #isComplete = false;
  #bytes = 0;
  #keptBytes = 0;

  constructor(sent: SentAction) {
    this.#sent = sent;
    this.#isList = sent.action === 'WaitEvent';
  }

  /** The bytes that have arrived. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The most bytes that a reply to this action may have. */
  get maxBytes(): number {
    return this.#isList ? MAX_LIST_BYTES : MAX_REPLY_BYTES;
  }

  /** @throws AjamError AJAM_HTTP, AJAM_NOT_AJAM. */
  start({ status, contentType, setCookies }: ReplyHead): void {
    if (status !== 200) throw httpError(status, this.#sent.action);
    if (/html|xml|json/i.test(contentType))
      throw this.#notAjam(`it is ${readableText(contentType).slice(0, 40)}`);
    this.#cookie = sessionId(setCookies);
  }

  /** @throws AjamError AJAM_NOT_AJAM, AJAM_NO_REPLY as soon as the reply cannot be valid. */
  read(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#parser.write(chunk);
    if (this.#bytes > this.maxBytes) throw this.#incomplete(`more than ${this.maxBytes} bytes`);
  }

  /**
   * Returns the reply once its last byte has arrived.
   *
   * @throws AjamError AJAM_REFUSED, AJAM_PERMISSION, AJAM_SESSION_LOST and so on for `Response: Error`; AJAM_NO_REPLY if the
   *   reply is incomplete.
   */
  end(): Reply {
    this.#parser.end();
    const { action, cookie: sentCookie } = this.#sent;
    const [response, cookie] = [this.#response, this.#cookie];
    if (response?.name === 'Error') {
      const isNewSession = cookie !== undefined && cookie !== sentCookie;
      throw refusal(action, header(response, 'Message') ?? '', { isNewSession });
    }
    const mayBeEmpty = action === 'WaitEvent';
    if (!response && !mayBeEmpty) throw this.#incomplete('it is empty');
    if (response && this.#isList && !this.#isComplete) throw this.#incomplete('its last event is missing');
    return { response, events: this.#events, cookie };
  }

  #take(packet: Packet, bytes: number): void {
    if (this.#isComplete) throw this.#notAjam('it goes on after its last event');
    if (!this.#response) {
      this.#response = this.#checkedResponse(packet);
      return;
    }
    if (packet.kind === 'response') throw this.#notAjam('it has two responses');
    if (this.#isList && this.#ends(packet)) this.#isComplete = true;
    if (this.#sent.wanted && !this.#sent.wanted(packet)) return;
    this.#keptBytes += bytes;
    if (this.#keptBytes > MAX_KEPT_BYTES)
      throw this.#incomplete(`more than ${MAX_KEPT_BYTES} bytes of wanted events`);
    this.#events.push(packet);
  }

  #checkedResponse(packet: Packet): Packet {
    const { action, actionId } = this.#sent;
    if (packet.kind === 'event') throw this.#notAjam('it begins with an event');
    const isKnown = packet.name === (action === 'Logoff' ? 'Goodbye' : 'Success') || packet.name === 'Error';
    if (!isKnown) throw this.#notAjam(`its response is ${readableText(packet.name).slice(0, 40)}`);
    // Asterisk 16 and 22 echo the ActionID of every action, refused ones too.
    if (header(packet, 'ActionID') !== actionId)
      throw this.#notAjam('it answers another action. A proxy may have repeated it');
    this.#isList ||= /^start$/i.test(header(packet, 'EventList') ?? '');
    return packet;
  }

  #ends(event: Packet): boolean {
    if (this.#sent.action !== 'WaitEvent')
      return /^(complete|cancelled)$/i.test(header(event, 'EventList') ?? '');
    return event.name === 'WaitEventComplete' && header(event, 'ActionID') === this.#sent.actionId;
  }

  #notAjam(why: string): AjamError {
    const message = `The reply to ${this.#sent.action} is not AJAM: ${why}`;
    return new AjamError('AJAM_NOT_AJAM', message, { mayHaveRun: true });
  }

  #incomplete(why: string): AjamError {
    const message = `No complete reply to ${this.#sent.action}: ${why}`;
    return new AjamError('AJAM_NO_REPLY', message, { mayHaveRun: true });
  }
}

/** Returns Asterisk's session id. Proxies in front of Asterisk may set other cookies. */
function sessionId(setCookies: readonly string[]): string | undefined {
  const ids = setCookies.map((cookie) => cookie.match(/^mansession_id="?([0-9a-f]{1,16})"?/i)?.[1]);
  return ids.findLast((id) => id !== undefined);
}

// The error may come from a proxy that has forwarded the action.
function httpError(httpStatus: number, action: string): AjamError {
  const advice =
    httpStatus === 404
      ? '. Check enabled=yes and webenabled=yes in manager.conf, and that the url has the prefix of http.conf'
      : httpStatus === 401 || httpStatus === 403
        ? ': a proxy or an ACL of http.conf refuses this machine'
        : '';
  const message = `HTTP ${httpStatus} for ${action}${advice}`;
  return new AjamError('AJAM_HTTP', message, { httpStatus, mayHaveRun: true });
}
