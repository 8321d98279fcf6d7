import type { Packet } from '../lib/ajam/index.ts';
import type { EventFeed } from '../lib/asterisk/event-feed.ts';
import { addEvent, concerns } from '../lib/outcome/add-event.ts';
import { newCallFacts } from '../lib/outcome/call-facts.ts';
import { type Outcome, outcomeOf } from '../lib/outcome/outcome.ts';
import { namesOf, stepsBetween } from './call-step-texts.ts';

const LONGEST_CALL_MS = 4 * 3600 * 1000;
/** How often the watcher checks `signal`. */
const CHECK_MS = 500;
/** A call has events within this time if the AMI user has `read=call`. */
const FIRST_EVENT_MS = 5000;

/** The watcher's session at a PBX. */
export interface WatchedPbx {
  feed: Promise<EventFeed | undefined>;
  /** The number of calls that the watcher follows now. */
  calls: number;
  /** In milliseconds since 1970. */
  lastUsed: number;
  /** Whether the message about missing events was printed. */
  hasWarned: boolean;
}

/** Prints the steps of one call until its end, or until `signal` aborts. */
export async function printCallSteps(
  pbx: WatchedPbx,
  id: string,
  form: URLSearchParams,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const feed = await pbx.feed;
  if (!feed) return;
  pbx.calls += 1;
  const subscription = feed.subscribe();
  const facts = newCallFacts(id);
  const names = namesOf(form.getAll('Variable'), form.get('Exten') ?? '');
  let before: Outcome | undefined;
  const blind = setTimeout(() => {
    if (before || pbx.hasWarned) return;
    pbx.hasWarned = true;
    print(
      'no event of this call arrived. The AMI user needs read=call. Check the PBX with `npx asterisk-callback doctor`',
    );
  }, FIRST_EVENT_MS);
  // Prints for each event: if a phone rings and answers in one batch of events, both steps are printed.
  const wanted = (event: Packet): boolean => {
    if (!concerns(facts, event)) return false;
    addEvent(facts, event, Date.now());
    const now = outcomeOf(facts);
    for (const step of stepsBetween(before, now, names)) print(step);
    before = now;
    return true;
  };
  try {
    for (const end = Date.now() + LONGEST_CALL_MS; Date.now() < end && !signal.aborted; )
      for await (const _ of subscription.events({ wanted, until: Date.now() + CHECK_MS }))
        if (before?.over && before.complete) return;
  } finally {
    clearTimeout(blind);
    feed.unsubscribe(subscription);
    pbx.calls -= 1;
    pbx.lastUsed = Date.now();
  }
}
