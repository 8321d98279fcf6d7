import { randomBytes } from 'node:crypto';
import type { Packet } from './packet.ts';

export interface ManagerEvent {
  /** The bits of the classes. A session receives the event only if its read permission and its mask have all these bits. */
  classes: number;
  packet: Packet;
}

/** `httptimeout` of manager.conf: a session expires this long after its last request. */
export const HTTP_TIMEOUT_SECONDS = 60;
/** A session without a login expires this long after its last request. */
const LOGIN_SECONDS = 5;

export interface Session {
  readonly id: string;
  authenticated: boolean;
  read: number;
  write: number;
  mask: number;
  challenge: string;
  events: ManagerEvent[];
  inUse: number;
  /** In milliseconds since 1970. */
  expiresAt: number;
  needsDestroy: boolean;
  /** Ends a running WaitEvent because an event arrived, a new WaitEvent replaced the running one, or the session ends. */
  wake: (why: 'event' | 'kicked' | 'destroyed') => void;
}

/** The manager sessions. As in Asterisk up to 22.10, a session queues all events, also those that it may not read. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  get count(): number {
    return this.#sessions.size;
  }

  /** Returns a session. For an unknown, expired or destroyed id, returns a new session with a new id. */
  enter(id: string | undefined): Session {
    this.#purge();
    const session = (id === undefined ? undefined : this.#sessions.get(id)) ?? this.#create();
    session.inUse++;
    return session;
  }

  leave(session: Session): void {
    session.inUse--;
    const seconds = session.authenticated ? HTTP_TIMEOUT_SECONDS : LOGIN_SECONDS;
    session.expiresAt = Date.now() + seconds * 1000;
    if (!session.needsDestroy) return;
    session.wake('destroyed');
    if (session.inUse === 0) this.#sessions.delete(session.id);
  }

  publish(event: ManagerEvent): void {
    for (const session of this.#sessions.values()) {
      session.events.push(event);
      session.wake('event');
    }
  }

  /** Empties the queue, and returns the events that the session may read. */
  drain(session: Session): Packet[] {
    const events = session.events.splice(0);
    return events.filter((event) => admits(session, event)).map((event) => event.packet);
  }

  /** Forgets every id, as a restart of Asterisk does. */
  forgetAll(): void {
    for (const session of this.#sessions.values()) session.wake('destroyed');
    this.#sessions.clear();
  }

  #create(): Session {
    const session: Session = {
      id: randomBytes(4).toString('hex'),
      authenticated: false,
      read: 0,
      write: 0,
      mask: 0,
      challenge: '',
      events: [],
      inUse: 0,
      expiresAt: Number.POSITIVE_INFINITY,
      needsDestroy: false,
      wake: () => {},
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  #purge(): void {
    const now = Date.now();
    for (const session of this.#sessions.values()) {
      if (session.inUse === 0 && session.expiresAt < now) this.#sessions.delete(session.id);
    }
  }
}

function admits(session: Session, event: ManagerEvent): boolean {
  const { classes } = event;
  return session.authenticated && (session.read & session.mask & classes) === classes;
}
