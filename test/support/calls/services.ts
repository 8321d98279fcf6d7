import { randomBytes } from 'node:crypto';
import { SessionPool } from '../../../lib/asterisk/session-pool.ts';
import type { CallbackView, PlacedCallback } from '../../../lib/calls/callback.ts';
import { newCallbackId } from '../../../lib/calls/callback-id.ts';
import { parseCallbackRequest } from '../../../lib/calls/callback-request.ts';
import { placeCallback } from '../../../lib/calls/place-callback.ts';
import { placeOnce } from '../../../lib/calls/repeats/place-once.ts';
import type { Services } from '../../../lib/calls/services.ts';
import { parseSettings } from '../../../lib/settings/parse-settings.ts';
import { Deadline } from '../../../lib/shared/deadline.ts';
import type { StoreOpener } from '../../../lib/store/open-store.ts';
import type { AmiUser, Pbx } from '../asterisk/index.ts';
import { openMemoryStore } from '../store/memory-store.ts';

/** How a test dials: the technology of the phones, and the contexts that dial the other party by it. */
export interface Technology {
  name: 'PJSIP' | 'SIP' | 'Local';
  agent: string;
  customer: string;
  /** Where the customer is dialled, and where the agent is. */
  customers: string;
  agents: string;
}

const PJSIP: Technology = {
  name: 'PJSIP',
  agent: 'PJSIP/{agent}',
  customer: 'PJSIP/{to}@customers',
  customers: 'callbacks',
  agents: 'agents',
};
const SIP: Technology = {
  name: 'SIP',
  agent: 'SIP/{agent}',
  customer: 'SIP/{to}@customers',
  customers: 'OUT_EXT2',
  agents: 'agents-sip',
};
const LOCAL: Technology = {
  name: 'Local',
  agent: 'Local/{agent}@phones',
  customer: 'Local/{to}@customers-local',
  customers: 'local',
  agents: 'agents-local',
};

export function technologyNamed(name: Technology['name']): Technology {
  return { PJSIP, SIP, Local: LOCAL }[name];
}

export const technologiesOf = (pbx: Pbx): Technology[] =>
  pbx.version === '16' ? [PJSIP, SIP, LOCAL] : [PJSIP, LOCAL];

/** Settings for one technology: routes `agent-first` and `customer-first`. */
export function servicesFor(
  pbx: Pick<Pbx, 'httpUrl'>,
  user: AmiUser,
  technology: Technology,
  more: Record<string, unknown> = {},
  store: StoreOpener = openMemoryStore(),
): Services {
  const common = {
    agents: '^32[0-9]{2}$',
    to: { country: 'RU', allow: ['+7'], dialAs: '{digits}' },
    variables: ['DIAL_SECONDS'],
    ...more,
  };
  const { agent, customer, customers, agents } = technology;
  const settings = parseSettings({
    'pbx/main/url': pbx.httpUrl,
    'pbx/main/username': user.username,
    'pbx/main/secret': user.secret,
    'keys/test': { secret: randomBytes(16).toString('hex') },
    'routes/agent-first': { ...common, channel: agent, context: customers },
    'routes/customer-first': { ...common, first: 'customer', channel: customer, context: agents },
  });
  const read = async () => settings;
  return { settings: { get: read, refresh: read }, sessions: new SessionPool(), store };
}

/** Places a callback as a handler does. */
export async function dial(
  services: Services,
  input: object,
  id: string = newCallbackId(),
): Promise<CallbackView> {
  const parsed = parseCallbackRequest(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const options = { id, principal: 'keys/test', deadline: Deadline.in(60_000) };
  return await placeCallback(services, parsed.request, options);
}

/** Places a callback as a handler does for a request with an `Idempotency-Key`. */
export async function dialOnce(services: Services, input: object, key: string): Promise<PlacedCallback> {
  const parsed = parseCallbackRequest(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const deadline = Deadline.in(60_000);
  const idempotency = { principal: 'keys/test' as const, key };
  return await placeOnce(
    services,
    { idempotency, fingerprint: JSON.stringify(input), until: deadline },
    async (hold) => ({
      replayed: false,
      callback: await placeCallback(services, parsed.request, {
        id: hold.id,
        hold,
        principal: 'keys/test',
        deadline,
      }),
    }),
  );
}
