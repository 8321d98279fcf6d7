import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AjamSession } from '../../../lib/ajam/index.ts';
import { parseCallbackRequest } from '../../../lib/calls/callback-request.ts';
import type { Services } from '../../../lib/calls/services.ts';
import { LineRunner } from '../../../lib/queue/line-runner.ts';
import type { LineRoute, LineSettings } from '../../../lib/queue/line-services.ts';
import { PbxCalls } from '../../../lib/queue/pbx/pbx-calls.ts';
import type { LinkServices } from '../../../lib/queue/pbx/pbx-connection.ts';
import type { StoredCallback } from '../../../lib/store/callback-record.ts';
import type { Store } from '../../../lib/store/store.ts';
import { newRecord } from '../store/records.ts';

/** A line with its own store name and its own runner, on the PBXs of the services. */
export interface RealLine extends AsyncDisposable {
  store: Store;
  line: string;
  /** Accepts a callback, as a request does. Without an agent, it is for the pool. */
  accept(to: string, agent?: string, more?: object): Promise<string>;
  /** Runs a runner to its end. */
  run(): Promise<string>;
  /** Starts a runner that ends, as with its process, when it is stopped. */
  start(): { ended: Promise<string>; stop: () => Promise<void> };
  records(ids: readonly string[]): Promise<StoredCallback[]>;
}

interface Options {
  settings?: Partial<Omit<LineSettings, 'route'>>;
  route?: Partial<LineRoute>;
  /** The route of the settings. @default agent-first */
  routeName?: string;
}

const HOUR_MS = 3_600_000;

export async function openLine(
  services: Services,
  { settings, route, routeName = 'agent-first' }: Options = {},
): Promise<RealLine> {
  const store = await services.store();
  const line = randomUUID();
  const open: LinkServices['open'] = (pbx, options) => AjamSession.open(pbx, options);
  const calls = new PbxCalls({ ...services, open });
  const lineRoute: LineRoute = {
    pbxs: ['main'],
    nextAttempt: (at, seconds) => ({ dueAt: at + seconds * 1000, expiresAt: at + HOUR_MS }),
    ...route,
  };
  const lineSettings: LineSettings = {
    ...{ capacity: 5, perAgent: false, startsPerSecond: 20, wrapUpSeconds: 0, maxTalkSeconds: 3600 },
    route: () => lineRoute,
    ...settings,
  };
  const world = {
    ...{ store, calls },
    clock: { now: Date.now, monotonic: () => performance.now(), sleep: (ms: number) => sleep(ms) },
    settings: async () => lineSettings,
    log: () => undefined,
  };
  return {
    store,
    line,
    async accept(to, agent = '', more = {}) {
      const parsed = parseCallbackRequest({ to, ...(agent && { agent }), route: routeName, ...more });
      if (!parsed.ok) throw new Error('the request is wrong');
      const record = newRecord({ line, dueAt: Date.now(), agent, number: to, route: routeName });
      const expiresAt = Date.now() + HOUR_MS;
      const saved = await store.saveCallback({ ...record, request: parsed.request, expiresAt });
      if (!saved) throw new Error('the id is taken');
      return saved.callback.id;
    },
    run: () => new LineRunner(world, { line, owner: randomUUID(), until: performance.now() + 120_000 }).run(),
    start() {
      const own = new PbxCalls({ ...services, open });
      const options = { line, owner: randomUUID(), until: Number.POSITIVE_INFINITY };
      const runner = new LineRunner({ ...world, calls: own }, options);
      const ended = runner.run().finally(() => own.close());
      return {
        ended,
        stop: async () => {
          runner.stop();
          await ended;
        },
      };
    },
    async records(ids) {
      const records = await Promise.all(ids.map((id) => store.readCallback(id)));
      return records.filter((record) => record !== undefined);
    },
    [Symbol.asyncDispose]: () => calls.close(),
  };
}
