import { newCallbackId } from '../../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../../lib/calls/callback-request.ts';
import { callStatus, cancelCall, sendCallDigits } from '../../../lib/calls/control-callback.ts';
import { queueCallback } from '../../../lib/calls/queue-callback.ts';
import { placeOnce } from '../../../lib/calls/repeats/place-once.ts';
import type { Services } from '../../../lib/calls/services.ts';
import { parseSettings } from '../../../lib/settings/parse-settings.ts';
import { Deadline } from '../../../lib/shared/deadline.ts';
import type { ItemTable } from '../../../lib/store/item-table.ts';
import { SqliteTable } from '../../../lib/store/sqlite/sqlite-table.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';

export const NUMBER = '+74951234567';

interface Options {
  line?: object;
  route?: object;
  /** What the store does otherwise than the real one. */
  store?: (real: Store) => Partial<Store>;
  /** Where another process stores its callbacks. */
  table?: ItemTable;
  /** How long a request may take. */
  patienceMs?: number;
}

/** Accepts requests for a line in memory. There is no PBX. */
export function openDesk({
  line = {},
  route = {},
  store: change = () => ({}),
  table = new SqliteTable(),
  patienceMs = 5_000,
}: Options = {}) {
  const settings = parseSettings({
    'pbx/main/url': 'http://127.0.0.1:1',
    'pbx/main/username': 'callback',
    'pbx/main/secret': 'simulated-secret',
    'keys/web': { secret: 'a-secret-of-enough-letters-0123456789' },
    'lines/sales': { capacity: 4, ...line },
    'routes/default': {
      channel: 'PJSIP/{agent}',
      context: 'out',
      to: { allow: ['+7'] },
      line: 'sales',
      ...route,
    },
  });
  const real = createStore(table);
  const store = { ...real, ...change(real) };
  const woken: string[] = [];
  const services = {
    settings: { get: async () => settings, refresh: async () => settings },
    store: async () => store,
    wakeLine: async (name: string) => void woken.push(name),
  } as unknown as Services;
  const accept = async (fields: object = {}, key?: string) => {
    const parsed = parseCallbackRequest({ to: NUMBER, agent: '3200', ...fields });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const { request } = parsed;
    const defaultRoute = settings.routes['default'];
    if (!defaultRoute) throw new Error('no route');
    const deadline = Deadline.in(patienceMs);
    const options = {
      principal: 'keys/web',
      deadline,
      settings,
      route: defaultRoute,
      line: defaultRoute.line ?? '',
    };
    if (key === undefined)
      return {
        ...(await queueCallback(services, request, { ...options, id: newCallbackId() })),
        replayed: false,
      };
    const idempotency = { principal: 'keys/web' as const, key };
    return await placeOnce(
      services,
      { idempotency, fingerprint: JSON.stringify(fields), until: deadline },
      (hold) => queueCallback(services, request, { ...options, id: hold.id, hold }),
    );
  };
  const control = () => ({ deadline: Deadline.in(patienceMs), mayUseRoute: () => true });
  return {
    accept,
    woken,
    store: real,
    record: async (id: string) => {
      const record = await real.readCallback(id);
      if (!record) throw new Error('there is no such record');
      return record;
    },
    show: (id: string) => callStatus(services, id, control()),
    cancel: (id: string) => cancelCall(services, id, control()),
    sendDigits: (id: string) => sendCallDigits(services, id, '1', control()),
  };
}
