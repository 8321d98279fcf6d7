import type { Direction, Fault, FaultKind } from '../fault-proxy/fault.ts';

export type Scheme = 'http' | 'https' | 'https, encrypted';

/** A request, and what the phones do with it. */
export interface Plan {
  name: string;
  request: Readonly<Record<string, unknown>>;
  technology: 'Local' | 'PJSIP';
  /** Ends the call through the proxy as soon as the request is answered. */
  cancels?: true;
  /** The request has an Idempotency-Key. */
  keyed?: true;
}

export interface FaultCase {
  plan: Plan;
  scheme: Scheme;
  faults: Fault[];
}

const WAIT = { waitSeconds: 3 };

/** The last two digits of a number choose what the phone does, see extensions.conf. */
const PLANS: readonly Plan[] = [
  { name: 'accepted', request: { agent: '3207' }, technology: 'Local' },
  { name: 'accepted, with a key', request: { agent: '3207' }, technology: 'Local', keyed: true },
  { name: 'answered', request: { ...WAIT, agent: '3208', wait: 'answered' }, technology: 'Local' },
  {
    name: 'answered, with a key',
    request: { ...WAIT, agent: '3207', wait: 'answered' },
    technology: 'PJSIP',
    keyed: true,
  },
  { name: 'the agent is busy', request: { ...WAIT, agent: '3201', wait: 'connected' }, technology: 'PJSIP' },
  { name: 'the agent rejects', request: { ...WAIT, agent: '3202', wait: 'answered' }, technology: 'Local' },
  {
    name: 'the agent has no phone',
    request: { ...WAIT, agent: '3299', wait: 'answered' },
    technology: 'PJSIP',
  },
  { name: 'the agent rings on', request: { ...WAIT, agent: '3206', wait: 'answered' }, technology: 'PJSIP' },
  { name: 'connected', request: { ...WAIT, agent: '3200', wait: 'connected' }, technology: 'PJSIP' },
  {
    name: 'connected later',
    request: { ...WAIT, agent: '3208', wait: 'connected', to: '+74951234508' },
    technology: 'Local',
  },
  {
    name: 'the customer is busy',
    request: { ...WAIT, agent: '3200', wait: 'connected', to: '+74951234501' },
    technology: 'PJSIP',
  },
  {
    name: 'completed',
    request: { ...WAIT, waitSeconds: 4, agent: '3200', wait: 'completed', to: '+74951234507' },
    technology: 'Local',
  },
  { name: 'digits', request: { ...WAIT, agent: '3200', dtmf: '12' }, technology: 'Local' },
  { name: 'canceled while it rings', request: { agent: '3206' }, technology: 'Local', cancels: true },
  {
    name: 'ended while both talk',
    request: { ...WAIT, agent: '3200', wait: 'connected' },
    technology: 'Local',
    cancels: true,
  },
];

const KINDS: readonly FaultKind[] = ['cut', 'reset', 'stall', 'garble', 'duplicate', 'delay', 'replay'];
const PLACES = [0, 0.02, 0.25, 0.5, 0.75, 0.97, 1];
const OFFSETS = [0, 1, 4, 30, 60, 120, 250, 500, 900];
/** Those that most requests have, several times as often as the others. */
const EXCHANGES: readonly [action: string, nth: number][] = [
  ['Login', 1],
  ['Originate', 1],
  ['Originate', 1],
  ['Originate', 1],
  ['WaitEvent', 1],
  ['WaitEvent', 1],
  ['WaitEvent', 2],
  ['WaitEvent', 3],
  ['WaitEvent', 4],
  ['Status', 1],
  ['Status', 2],
];
/** Every so many cases have a second fault. */
const DOUBLE_EVERY = 5;

/** Returns `count` cases, the same ones for the same seed, spread evenly over plans, schemes and kinds of faults. */
export function faultCases(count: number, seed: number): FaultCase[] {
  const random = numbersFrom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const schemes: readonly Scheme[] = ['http', 'https', 'http', 'https', 'https, encrypted'];

  const faultOf = (kind: FaultKind, plan: Plan, scheme: Scheme): Fault => {
    const ms = pick([200, 800, 2500]);
    if (scheme === 'https, encrypted') {
      const direction = pick<Direction>(['request', 'reply']);
      return { kind, action: 'turn', nth: 1 + Math.floor(random() * 6), direction, at: pick(OFFSETS), ms };
    }
    const exchanges = [
      ...EXCHANGES,
      ...(plan.request['dtmf'] ? [['PlayDTMF', 1] as const, ['PlayDTMF', 2] as const] : []),
      ...(plan.cancels ? [['Hangup', 1] as const, ['Status', 3] as const] : []),
      ...(scheme === 'http' ? [['Challenge', 1] as const] : []),
    ];
    const [action, nth] = pick(exchanges);
    // An Originate that arrives twice with one id can crash Asterisk, and neither TCP nor TLS delivers bytes twice.
    const onlyReplies = kind === 'replay' || kind === 'duplicate';
    const direction = onlyReplies ? 'reply' : pick<Direction>(['request', 'reply', 'reply']);
    return { kind, action, nth, direction, at: kind === 'duplicate' ? pick([0, 0, 0.5]) : pick(PLACES), ms };
  };

  return Array.from({ length: count }, (_, n) => {
    const plan = PLANS[n % PLANS.length] as Plan;
    const scheme = pick(schemes);
    const kinds = scheme === 'https, encrypted' ? KINDS.filter((kind) => kind !== 'replay') : KINDS;
    const faults = [faultOf(pick(kinds), plan, scheme)];
    if (n % DOUBLE_EVERY === 0) faults.push(faultOf(pick(kinds), plan, scheme));
    return { plan, scheme, faults };
  });
}

export const describeCase = ({ plan, scheme, faults }: FaultCase): string =>
  `${plan.name} over ${scheme}: ${faults
    .map(
      ({ kind, action, nth, direction, at, ms }) =>
        `${kind} ${action} ${nth} ${direction} at ${at}${kind === 'delay' ? ` for ${ms} ms` : ''}`,
    )
    .join('; ')}`;

/** Mulberry32: numbers from 0 to 1 that depend on the seed alone. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
