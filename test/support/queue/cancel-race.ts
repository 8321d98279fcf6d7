import { setTimeout as sleep } from 'node:timers/promises';
import { SessionPool } from '../../../lib/asterisk/session-pool.ts';
import type { CallbackView } from '../../../lib/calls/callback.ts';
import { newCallbackId } from '../../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../../lib/calls/callback-request.ts';
import { callStatus, cancelCall } from '../../../lib/calls/control-callback.ts';
import { queueCallback } from '../../../lib/calls/queue-callback.ts';
import type { Services } from '../../../lib/calls/services.ts';
import { Runners } from '../../../lib/queue/in-process-runners.ts';
import { parseSettings } from '../../../lib/settings/parse-settings.ts';
import { Deadline } from '../../../lib/shared/deadline.ts';
import { SqliteTable } from '../../../lib/store/sqlite/sqlite-table.ts';
import { createStore } from '../../../lib/store/store.ts';
import { DEFAULTS, startSimulator } from '../../../local/simulator/index.ts';

/** What became of a callback that somebody canceled. */
interface Outcome {
  /** The answer of the first DELETE. */
  answer: CallbackView;
  /** The answer of a second DELETE, and the record at the end. */
  repeated: CallbackView;
  final: CallbackView;
  /** Calls of the callback on the PBX, and how many of them live at the end. */
  calls: number;
  live: number;
}

export interface CancelRace extends AsyncDisposable {
  /** Accepts a callback, cancels it `delayMs` later, and waits until it is over. */
  round(delayMs: number): Promise<Outcome>;
}

const WAKE_AFTER_MS = 25;
/** Phones that ring without end, so that no call ends by itself. */
const AGENT = '3206';

/** Starts a line on a simulator, with its runner in this process. */
export async function startCancelRace(): Promise<CancelRace> {
  const simulator = await startSimulator();
  const [user] = DEFAULTS.users;
  const settings = parseSettings({
    'pbx/main/url': simulator.url,
    'pbx/main/username': user.username,
    'pbx/main/secret': user.secret,
    'keys/web': { secret: 'a-secret-of-enough-letters-0123456789' },
    'lines/sales': { capacity: 100, perAgent: false, oneOpenPerNumber: false, startsPerSecond: 50 },
    'routes/default': {
      channel: 'PJSIP/{agent}',
      context: 'OUT_EXT2',
      to: { country: 'RU', allow: ['+7'], dialAs: '8{national}' },
      line: 'sales',
    },
  });
  const route = settings.routes['default'];
  if (!route) throw new Error('no route');
  const store = createStore(new SqliteTable());
  const services: Services = {
    settings: { get: async () => settings, refresh: async () => settings },
    sessions: new SessionPool(),
    store: async () => store,
  };
  const runners = new Runners(services);
  // However fast the machine is, a DELETE without delay comes before the runner.
  services.wakeLine = async (line) => void sleep(WAKE_AFTER_MS).then(() => runners.wake(line));
  const control = () => ({ deadline: Deadline.in(20_000), mayUseRoute: () => true });
  const parsed = parseCallbackRequest({ to: '+74951234567', agent: AGENT });
  if (!parsed.ok) throw new Error('the request is wrong');
  const { request } = parsed;

  async function untilEnded(id: string): Promise<CallbackView> {
    const until = Deadline.in(30_000);
    for (;;) {
      const callback = await callStatus(services, id, control());
      if (callback.endedAt !== undefined || until.hasPassed) return callback;
      await sleep(50);
    }
  }

  return {
    async round(delayMs) {
      const id = newCallbackId();
      const asked = { id, principal: 'keys/web', deadline: Deadline.in(20_000) };
      await queueCallback(services, request, { ...asked, settings, route, line: 'sales' });
      await sleep(delayMs);
      const answer = await cancelCall(services, id, control());
      const final = await untilEnded(id);
      const repeated = await cancelCall(services, id, control());
      const calls = simulator.calls.filter(({ actionId }) => actionId.startsWith(id));
      const live = calls.filter(({ status }) => status !== 'ended').length;
      return { answer, repeated, final, calls: calls.length, live };
    },
    async [Symbol.asyncDispose]() {
      await runners.close();
      await services.sessions.close();
      await simulator.close();
      await store.close();
    },
  };
}

type Result = 'never rang' | 'rang and was hung up';

/** Returns what happened, if the answers say exactly that. @throws Error if an answer is untrue. */
function resultOf({ answer, repeated, final, calls, live }: Outcome): Result {
  const said = JSON.stringify({ answer, final, calls, live });
  if (final.status !== 'canceled' || final.endedAt === undefined) throw new Error(`not canceled: ${said}`);
  if (calls !== final.attempts.length || calls > 1) throw new Error(`the record and the PBX differ: ${said}`);
  if (live > 0) throw new Error(`a phone still rings: ${said}`);
  // 200 says that it is decided. 202 leaves it open.
  const decided = answer.endedAt !== undefined;
  if (decided && answer.attempts.length !== calls) throw new Error(`the answer is untrue: ${said}`);
  if (JSON.stringify(repeated) !== JSON.stringify(final)) throw new Error(`the repeat differs: ${said}`);
  return calls === 0 ? 'never rang' : 'rang and was hung up';
}

const RACERS = 5;
const STEP = 1.3;

/** Races `rounds` times. Most of them meet the runner between its claim and the reply to its Originate. */
export async function raceOften(race: CancelRace, rounds: number): Promise<Record<Result, number>> {
  const results = { 'never rang': 0, 'rang and was hung up': 0 };
  await Promise.all(
    Array.from({ length: RACERS }, async () => {
      let delayMs = 50;
      for (let round = 0; round < rounds / RACERS; round++) {
        const result = resultOf(await race.round(delayMs));
        results[result] += 1;
        delayMs = result === 'never rang' ? delayMs * STEP + 1 : delayMs / STEP;
      }
    }),
  );
  return results;
}
