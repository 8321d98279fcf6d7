import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { AjamSession } from '../lib/ajam/index.ts';
import { EventFeed } from '../lib/asterisk/event-feed.ts';
import type { PbxSettings } from '../lib/settings/settings.ts';
import { printCallSteps, type WatchedPbx } from './print-call-steps.ts';

/** How long a request waits for the login of the watcher. After the login the watcher receives all events of a call. */
const LOGIN_MS = 2000;
/** The watcher logs off from a PBX after this time without a request or a call. */
const IDLE_MS = 30_000;
/** How long the end of the process waits for the last events of calls. */
const LAST_EVENTS_MS = 300;

/** On this diagnostics channel undici publishes every request before it sends the request. */
const REQUESTS = 'undici:request:create';

export interface CallWatch {
  /** Logs in to the PBXes where no session exists. Call this before a request that may place a call. */
  prepare(pbxes: Readonly<Record<string, PbxSettings>>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Prints each step of every call that this process originates, such as "call 1: 3200 rings". Reads the Originates that undici
 * sends, and follows the calls over sessions of its own. The functions do not know the watcher.
 */
export function watchCalls(print: (line: string) => void): CallWatch {
  const watched = new Map<string, WatchedPbx>();
  const seen = new Set<string>();
  const followed = new Set<Promise<void>>();
  const end = new AbortController();

  const onRequest = (message: unknown): void => {
    const { origin, path, body } = Object(Object(message).request);
    if (!(body instanceof Buffer) || !body.toString('latin1', 0, 17).startsWith('Action=Originate&')) return;
    const form = new URLSearchParams(body.toString());
    const id = form.get('ChannelId') ?? '';
    const pbx = watched.get(`${origin}${path}`);
    if (!pbx || !/^cb_[0-9a-f]{32}(-\d)?$/.test(id) || seen.has(id)) return;
    seen.add(id);
    const number = seen.size;
    const following = printCallSteps(pbx, id, form, (line) => print(`call ${number}: ${line}`), end.signal)
      .catch(() => undefined)
      .finally(() => followed.delete(following));
    followed.add(following);
  };
  subscribe(REQUESTS, onRequest);

  const begin = (address: string, pbx: PbxSettings): WatchedPbx => {
    const feed = open(pbx);
    const begun: WatchedPbx = { feed, calls: 0, lastUsed: 0, hasWarned: false };
    watched.set(address, begun);
    // A session ends when the PBX restarts. The next request opens a new one.
    void feed
      .then((each) => each?.ended)
      .then(() => {
        if (watched.get(address) === begun) watched.delete(address);
      });
    return begun;
  };

  const idle = setInterval(() => {
    for (const [address, { calls, lastUsed, feed }] of watched) {
      if (calls > 0 || Date.now() - lastUsed < IDLE_MS) continue;
      watched.delete(address);
      void feed.then((each) => each?.close());
    }
  }, IDLE_MS / 3);
  idle.unref();

  return {
    prepare: async (pbxes) => {
      const feeds = Object.values(pbxes).map((pbx) => {
        const address = `${pbx.url.replace(/\/+$/, '')}/rawman`;
        const known = watched.get(address) ?? begin(address, pbx);
        known.lastUsed = Date.now();
        return known.feed;
      });
      await Promise.race([Promise.all(feeds), sleep(LOGIN_MS, undefined, { ref: false })]);
    },
    close: async () => {
      unsubscribe(REQUESTS, onRequest);
      // The last events of a call may still be in transit.
      await Promise.race([Promise.all(followed), sleep(LAST_EVENTS_MS, undefined, { ref: false })]);
      end.abort();
      clearInterval(idle);
      await Promise.all([...watched.values()].map(async ({ feed }) => (await feed)?.close()));
    },
  };
}

/** Returns undefined if the login fails. The functions report this failure. */
const open = (pbx: PbxSettings): Promise<EventFeed | undefined> =>
  AjamSession.open(pbx).then(
    (session) => new EventFeed(session),
    () => undefined,
  );
