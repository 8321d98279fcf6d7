import { createHash } from 'node:crypto';
import { type WindowKind, windowAt } from '../../rules/limit-windows.ts';
import type { LimitSettings } from '../../settings/limit-settings.ts';
import type { Settings } from '../../settings/settings.ts';
import type { CounterLimit } from '../../store/counters.ts';

export type LimitName = 'perNumberPerDay' | 'perAgentPerHour' | 'perMinute' | 'perHour' | 'perDay';

/** A limit that applies to a callback. */
export interface RequestLimit extends CounterLimit {
  name: LimitName;
  /** The parameter with the limit: `limits`, `keys/web`, `routes/sales`. */
  parameter: string;
  /** When the window ends, in Unix milliseconds. */
  endsAt: number;
}

/** The parties of a callback. */
export interface Parties {
  /** In the form that records have: E.164, or an extension. */
  number?: string | undefined;
  /** Undefined if the line chooses the agent. */
  agent?: string | undefined;
}

export interface Counted extends Parties {
  /** The sender of the request, such as `keys/web`. */
  principal: string;
  route: string;
  number: string;
}

/** Each list begins with the narrowest limit. */
export interface RequestLimits {
  /** The limits of one number and of one agent. */
  narrow: RequestLimit[];
  /** The limits of many callbacks. */
  wide: RequestLimit[];
}

const NARROW: readonly LimitName[] = ['perNumberPerDay', 'perAgentPerHour'];
const WIDE: readonly LimitName[] = ['perMinute', 'perHour', 'perDay'];

const WINDOWS: Readonly<Record<LimitName, WindowKind>> = {
  perNumberPerDay: 'day',
  perAgentPerHour: 'hour',
  perMinute: 'minute',
  perHour: 'hour',
  perDay: 'day',
};

/** A counter is kept longer than its window, because the clocks of two processes differ. */
const KEPT_AFTER_WINDOW_MS = 86_400_000;

/** Returns the limits that apply to a callback: those of its route, then of its key, then of the top level. */
export function limitsOf(settings: Settings, counted: Counted, now: number): RequestLimits {
  const [, key] = /^(?:keys|links)\/(.+)$/.exec(counted.principal) ?? [];
  const holders = [
    routeLimits(settings, counted.route),
    // The limits of a key also apply to the links that were signed with the key.
    ...(key === undefined ? [] : [keyLimits(settings, key)]),
    topLimits(settings),
  ];
  const named = (names: readonly LimitName[]): RequestLimit[] =>
    names.flatMap((name) => holders.flatMap((holder) => limitIn(holder, name, counted, now) ?? []));
  return { narrow: named(NARROW), wide: named(WIDE) };
}

/** Returns all limits of the settings. Without a number or an agent, leaves out the limits of that party. */
export function everyLimit(settings: Settings, parties: Parties, now: number): RequestLimit[] {
  const holders = [
    topLimits(settings),
    ...Object.keys(settings.keys).map((id) => keyLimits(settings, id)),
    ...Object.keys(settings.routes).map((name) => routeLimits(settings, name)),
  ];
  return holders.flatMap((holder) =>
    [...WIDE, ...NARROW].flatMap((name) => limitIn(holder, name, parties, now) ?? []),
  );
}

interface Holder {
  parameter: string;
  counter: string;
  limits: LimitSettings | undefined;
}

const topLimits = ({ limits }: Settings): Holder => ({ parameter: 'limits', counter: 'top', limits });

const routeLimits = ({ routes }: Settings, name: string): Holder => ({
  parameter: `routes/${name}`,
  counter: `route#${name}`,
  limits: routes[name]?.limits,
});

const keyLimits = ({ keys }: Settings, id: string): Holder => ({
  parameter: `keys/${id}`,
  counter: `key#${id}`,
  limits: keys[id]?.limits,
});

function limitIn(
  { parameter, counter, limits }: Holder,
  name: LimitName,
  parties: Parties,
  now: number,
): RequestLimit | undefined {
  const max = limits?.[name];
  const subject = subjectOf(name, parties);
  if (limits === undefined || max === undefined || subject === undefined) return undefined;
  const { name: window, endsAt } = windowAt(WINDOWS[name], now, limits.timezone);
  return {
    name,
    parameter,
    counter: `${counter}${subject}`,
    window,
    max,
    endsAt,
    expiresAt: endsAt + KEPT_AFTER_WINDOW_MS,
  };
}

function subjectOf(name: LimitName, { number, agent }: Parties): string | undefined {
  // The store gets a hash instead of the number.
  if (name === 'perNumberPerDay')
    return number && `#number#${createHash('sha256').update(number).digest('base64url')}`;
  if (name === 'perAgentPerHour') return agent && `#agent#${agent}`;
  return '';
}
