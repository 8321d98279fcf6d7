import { SessionPool } from '../../../lib/asterisk/session-pool.ts';
import type { CallbackView, PlacedCallback } from '../../../lib/calls/callback.ts';
import { newCallbackId } from '../../../lib/calls/callback-id.ts';
import { type CallbackRequest, parseCallbackRequest } from '../../../lib/calls/callback-request.ts';
import { placeCallback } from '../../../lib/calls/place-callback.ts';
import { placeOnce } from '../../../lib/calls/repeats/place-once.ts';
import type { Services } from '../../../lib/calls/services.ts';
import type { Settings } from '../../../lib/settings/settings.ts';
import { Deadline } from '../../../lib/shared/deadline.ts';
import type { Simulator, SimulatorOptions } from '../../../local/simulator/index.ts';
import { simulate, USER } from '../ajam/simulated.ts';
import { route } from '../rules/fixtures.ts';
import { openMemoryStore } from '../store/memory-store.ts';

/** What tests may set of a PBX besides the settings, to be quick. */
type PbxOptions = Settings['pbx'][string] & { connectTimeoutMs?: number; replyTimeoutMs?: number };

export interface Desk extends AsyncDisposable {
  main: Simulator;
  standby: Simulator;
  settings: Settings & { pbx: { main: PbxOptions; standby: PbxOptions } };
  services: Services;
  /** How often the settings were read again; what they hold from then on. */
  refreshed: { times: number; to?: Partial<PbxOptions> };
  call: (request?: object, deadline?: Deadline) => Promise<CallbackView>;
  /** With an Idempotency-Key; `replayed` if nothing rang for it. */
  keyed: (key: string, request?: object) => Promise<PlacedCallback>;
}

/** A route over two PBXes, `main` and `standby`. */
export async function twoPbxes(simulated: SimulatorOptions = {}): Promise<Desk> {
  const [main, standby] = await Promise.all([simulate(simulated), simulate(simulated)]);
  const options = { ...USER, replyTimeoutMs: 1000 };
  const settings = {
    pbx: { main: { url: main.url, ...options }, standby: { url: standby.url, ...options } },
    routes: { default: route({ pbx: ['main', 'standby'] }) },
    keys: {},
    webhooks: {},
    lines: {},
  };
  const refreshed: Desk['refreshed'] = { times: 0 };
  const refresh = async (): Promise<Settings> => {
    refreshed.times += 1;
    const { main: old, standby: other } = settings.pbx;
    return { ...settings, pbx: { main: { ...old, ...refreshed.to }, standby: other } };
  };
  const sessions = new SessionPool();
  const store = openMemoryStore();
  const services = { settings: { get: async () => settings, refresh }, sessions, store };
  const close = async (): Promise<void> => {
    await sessions.close();
    await Promise.all([main.close(), standby.close()]);
  };

  const call: Desk['call'] = async (fields = {}, deadline = Deadline.in(20_000)) => {
    const request = requestOf({ agent: '3200', ...fields });
    return await placeCallback(services, request, { id: newCallbackId(), principal: 'keys/test', deadline });
  };
  const keyed: Desk['keyed'] = async (key, fields = {}) => {
    const request = requestOf({ agent: '3206', ...fields });
    const deadline = Deadline.in(10_000);
    const once = {
      idempotency: { principal: 'keys/test' as const, key },
      fingerprint: 'the same',
      until: deadline,
    };
    return await placeOnce(services, once, async (hold) => ({
      replayed: false,
      callback: await placeCallback(services, request, {
        id: hold.id,
        principal: 'keys/test',
        hold,
        deadline,
      }),
    }));
  };
  return { main, standby, settings, services, refreshed, call, keyed, [Symbol.asyncDispose]: close };
}

function requestOf(fields: object): CallbackRequest {
  const parsed = parseCallbackRequest({ to: '84951234567', ...fields });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.request;
}

/** How often the two PBXes were sent an Originate, and how often they really dialled. */
export const orders = ({ main, standby }: Desk) => {
  const sent = ({ requests }: Simulator) => requests.filter(({ action }) => action === 'Originate').length;
  return {
    sent: [sent(main), sent(standby)],
    dialled: [main.calls.length, standby.calls.length],
  };
};
