import { setTimeout as sleep } from 'node:timers/promises';
import { SessionPool } from '../../../lib/asterisk/session-pool.ts';
import type { Callback } from '../../../lib/calls/callback.ts';
import { newCallbackId } from '../../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../../lib/calls/callback-request.ts';
import { cancelCall } from '../../../lib/calls/control-callback.ts';
import { placeCallback } from '../../../lib/calls/place-callback.ts';
import { placeOnce } from '../../../lib/calls/repeats/place-once.ts';
import type { Services } from '../../../lib/calls/services.ts';
import { CallbackError } from '../../../lib/problems/callback-error.ts';
import { parseSettings } from '../../../lib/settings/parse-settings.ts';
import { Deadline } from '../../../lib/shared/deadline.ts';
import { type Pbx, type Watcher, watchEvents } from '../asterisk/index.ts';
import type { Fault } from '../fault-proxy/fault.ts';
import { startFaultProxy } from '../fault-proxy/index.ts';
import { openMemoryStore } from '../store/memory-store.ts';
import { describeCase, type FaultCase, type Plan } from './cases.ts';
import { isTrue, Timeline } from './truth.ts';

/** The PBX behind the proxy, and another one, which the route tries next. */
export interface World extends AsyncDisposable {
  pbxes: readonly Pbx[];
  watchers: readonly Watcher[];
  timelines: readonly Timeline[];
}

export async function openWorld(...pbxes: Pbx[]): Promise<World> {
  const watchers = await Promise.all(pbxes.map((pbx) => watchEvents(pbx)));
  const timelines = watchers.map((watcher) => new Timeline(watcher));
  return {
    pbxes,
    watchers,
    timelines,
    [Symbol.asyncDispose]: async () => {
      for (const timeline of timelines) timeline.stop();
      await Promise.all(watchers.map((watcher) => watcher.close()));
    },
  };
}

export interface Verdict {
  name: string;
  /** How many of the faults struck: not every call has a third WaitEvent. */
  struck: number;
  /** The status or the problem code that the caller received. */
  answer: string;
  ms: number;
  /** What must never happen, and did. */
  broken: string[];
}

const REPLY_TIMEOUT_MS = 1200;
/** How old a status may be when the caller receives it, and how much later than the client the watcher may learn of it. */
const STATUS_AGE_MS = 1500;
const WATCHER_LAG_MS = 400;
const MAX_MS = 20_000;
/** After these codes nothing was sent. */
const UNSENT = ['pbx-unreachable', 'pbx-login-refused', 'pbx-not-ajam', 'pbx-permission', 'pbx-refused'];

/** Sends one request through the proxy while its faults strike, and holds the answer against what the PBXes know. */
export async function runCase(one: FaultCase, world: World): Promise<Verdict> {
  const [main] = world.pbxes;
  if (!main) throw new Error('no PBX');
  const { scheme, plan } = one;
  await using proxy = await startFaultProxy({
    target: scheme === 'http' ? main.httpUrl : main.httpsUrl,
    faults: one.faults,
    ...(scheme === 'https' && { tls: main.certificates.server }),
  });
  const services = servicesThrough(proxy.url, world, plan);
  const ids = { id: newCallbackId() };
  const started = Date.now();
  const answers = [await answerOf(true, () => place(services, one, ids))];
  const { id } = ids;
  if (plan.cancels) {
    const options = { deadline: Deadline.in(8000), mayUseRoute: () => true };
    answers.push(await answerOf(false, () => cancelCall(services, id, options)));
  }
  const ms = Date.now() - started;
  await services.sessions.close();
  await sleep(WATCHER_LAG_MS);
  const isNoisy = scheme !== 'https, encrypted' && proxy.struck.some(({ kind }) => kind === 'garble');
  const broken = answers.flatMap((answer) => {
    // Where nothing is waited for, the status is that of the moment at which Asterisk accepted the call.
    const isOld = answer.places && plan.request['wait'] === undefined;
    const age = STATUS_AGE_MS + (isEarly(answer, one, started) ? delayOf(proxy.struck) : 0);
    const since = isOld ? started : Math.max(started, answer.at - age);
    return violations(answer, id, world, { since, isNoisy });
  });
  if (ms > MAX_MS) broken.push(`took ${ms} ms`);
  for (const watcher of world.watchers) await watcher.action({ Action: 'Hangup', Channel: id });
  const answer = answers.map(({ callback, error }) => callback?.status ?? codeOf(error)).join(', then ');
  return { name: describeCase(one), struck: proxy.struck.length, answer, ms, broken };
}

/** @param ids Receives the id of the callback before anything is sent. */
async function place(
  services: Services,
  { plan, faults }: FaultCase,
  ids: { id: string },
): Promise<Callback> {
  const parsed = parseCallbackRequest({ to: '+74951234500', ...plan.request });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const deadline = Deadline.in(10_000);
  const options = { principal: 'keys/test', deadline } as const;
  if (!plan.keyed) return await placeCallback(services, parsed.request, { ...options, id: ids.id });
  const idempotency = { principal: options.principal, key: ids.id };
  const { callback, replayed } = await placeOnce(
    services,
    { idempotency, fingerprint: 'the request', until: deadline },
    async (hold) => {
      ids.id = hold.id;
      const placing = placeCallback(services, parsed.request, { ...options, id: hold.id, hold });
      return { callback: await placing, replayed: false };
    },
  );
  // An Originate that noise has changed may ask for anything.
  const isChanged = faults.some(
    ({ kind, action, direction }) => kind === 'garble' && action === 'Originate' && direction === 'request',
  );
  if (replayed && !isChanged) throw new Error('said that it repeats another request');
  return callback;
}

interface Answer {
  /** Whether it is the answer to a request that places a call. */
  places: boolean;
  callback?: Callback;
  error?: unknown;
  at: number;
}

async function answerOf(places: boolean, work: () => Promise<Callback>): Promise<Answer> {
  try {
    const callback = await work();
    return { places, callback, at: Date.now() };
  } catch (error) {
    return { places, error, at: Date.now() };
  }
}

/** What was waited for came: nothing newer than the delayed reply that said so was asked for. */
function isEarly({ at, places }: Answer, { plan }: FaultCase, started: number): boolean {
  const waitMs = Number(plan.request['waitSeconds'] ?? 0) * 1000;
  return places && at - started < waitMs;
}

const delayOf = (struck: readonly Fault[]): number =>
  struck.reduce((sum, { kind, ms }) => sum + (kind === 'delay' ? (ms ?? 0) : 0), 0);

interface Scope {
  /** The status was true at some moment since then. */
  since: number;
  /** Noise in a text that nothing protects can change an event into another one. TLS detects it. */
  isNoisy: boolean;
}

function violations(answer: Answer, id: string, { timelines }: World, { since, isNoisy }: Scope): string[] {
  const { places, callback, error, at } = answer;
  const now = Date.now();
  const truths = timelines.flatMap((timeline) => timeline.truthsBetween(id, since, at + WATCHER_LAG_MS));
  const last = timelines.flatMap((timeline) => timeline.truthsBetween(id, now, now).slice(-1));
  const channels = last.reduce((sum, truth) => sum + truth.channels, 0);
  const code = codeOf(error);
  const broken: string[] = [];
  if (channels > 1) broken.push(`${channels} channels`);
  if (error !== undefined && !(error instanceof CallbackError)) broken.push(`internal-error: ${code}`);
  const isUnsent = error instanceof CallbackError && UNSENT.includes(error.code) && !error.callback;
  if (places && isUnsent && channels > 0) broken.push(`${code}, and there is a channel`);
  if (code === 'callback-not-found' && truths.every((truth) => truth.channels > 0 && !truth.ended))
    broken.push(`${code}, and there is a channel`);
  const shown = callback ?? (error instanceof CallbackError ? error.callback : undefined);
  if (shown && !isNoisy && !truths.some((truth) => isTrue(shown, truth))) {
    broken.push(
      `${shown.status} ${JSON.stringify(shown.legs)} is untrue: ${JSON.stringify([truths[0], truths.at(-1)])}`,
    );
  }
  return broken;
}

const codeOf = (error: unknown): string => (error instanceof CallbackError ? error.code : String(error));

function servicesThrough(url: string, { pbxes }: World, { technology, request }: Plan): Services {
  const [main, standby] = pbxes;
  const isLocal = technology === 'Local';
  const user =
    request['dtmf'] || request['agent'] === '3206' || technology === 'Local' ? 'control' : 'callback';
  const settings = parseSettings({
    'pbx/main/url': url,
    'pbx/main/username': main?.users[user].username,
    'pbx/main/secret': main?.users[user].secret,
    ...(url.startsWith('https') && { 'pbx/main/ca': main?.ca }),
    ...(standby && {
      'pbx/standby/url': standby.httpUrl,
      'pbx/standby/username': standby.users[user].username,
      'pbx/standby/secret': standby.users[user].secret,
    }),
    'keys/test': { secret: 'a-secret-of-enough-letters-0123456789' },
    'routes/default': {
      pbx: standby ? ['main', 'standby'] : ['main'],
      agents: '^32[0-9]{2}$',
      to: { country: 'RU', allow: ['+7'], dialAs: '{digits}' },
      channel: isLocal ? 'Local/{agent}@phones' : 'PJSIP/{agent}',
      context: isLocal ? 'local' : 'callbacks',
    },
  });
  for (const pbx of Object.values(settings.pbx))
    Object.assign(pbx, { replyTimeoutMs: REPLY_TIMEOUT_MS, connectTimeoutMs: REPLY_TIMEOUT_MS });
  const read = async () => settings;
  return { settings: { get: read, refresh: read }, sessions: new SessionPool(), store: openMemoryStore() };
}
