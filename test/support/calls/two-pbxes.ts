import { WarmSessions } from '../../../lib/asterisk/session-pool.ts';
import type { Callback } from '../../../lib/calls/callback.ts';
import { newCallbackId } from '../../../lib/calls/callback-id.ts';
import { type CallbackRequest, parseCallbackRequest } from '../../../lib/calls/callback-request.ts';
import { place, type Switchboard } from '../../../lib/calls/place-callback.ts';
import type { Settings } from '../../../lib/settings/settings.ts';
import type { Simulator, SimulatorOptions } from '../../../local/simulator/index.ts';
import { simulate, USER } from '../ajam/simulated.ts';
import { route } from '../rules/fixtures.ts';

/** What tests may set of a PBX besides the settings, to be quick. */
type PbxOptions = Settings['pbx'][string] & { connectTimeoutMs?: number; replyTimeoutMs?: number };

export interface Desk extends AsyncDisposable {
  main: Simulator;
  standby: Simulator;
  settings: Settings & { pbx: { main: PbxOptions; standby: PbxOptions } };
  switchboard: Switchboard;
  /** How often the settings were read again; what they hold from then on. */
  refreshed: { times: number; to?: Partial<PbxOptions> };
  call: (request?: object, until?: number) => ReturnType<typeof place>;
  /** With an Idempotency-Key that makes this id; `repeated` if nothing rang for it. */
  keyed: (id: string, request?: object) => Promise<{ callback: Callback; repeated: boolean }>;
}

/** A route over two PBXes, `main` and `standby`. */
export async function twoPbxes(simulated: SimulatorOptions = {}): Promise<Desk> {
  const [main, standby] = await Promise.all([simulate(simulated), simulate(simulated)]);
  const options = { ...USER, replyTimeoutMs: 300 };
  const settings = {
    pbx: { main: { url: main.url, ...options }, standby: { url: standby.url, ...options } },
    routes: { default: route({ pbx: ['main', 'standby'] }) },
    keys: {},
    webhooks: {},
  };
  const refreshed: Desk['refreshed'] = { times: 0 };
  const refresh = async (): Promise<Settings> => {
    refreshed.times += 1;
    const { main: old, standby: other } = settings.pbx;
    return { ...settings, pbx: { main: { ...old, ...refreshed.to }, standby: other } };
  };
  const sessions = new WarmSessions();
  const switchboard = { settings: { get: async () => settings, refresh }, sessions };
  const close = async (): Promise<void> => {
    await sessions.close();
    await Promise.all([main.close(), standby.close()]);
  };

  const call: Desk['call'] = (fields = {}, until = Date.now() + 20_000) =>
    place(switchboard, requestOf({ agent: '3200', ...fields }), { id: newCallbackId(), until });
  const keyed: Desk['keyed'] = async (id, fields = {}) => {
    let repeated = false;
    const onRepeat = (): void => {
      repeated = true;
    };
    const occasion = { request: 'the same', onRepeat };
    const request = requestOf({ agent: '3206', ...fields });
    const callback = await place(switchboard, request, { id, until: Date.now() + 10_000, occasion });
    return { callback, repeated };
  };
  return { main, standby, settings, switchboard, refreshed, call, keyed, [Symbol.asyncDispose]: close };
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
