import { type DialledNumber, dialledIn, externalNumber, internalNumber } from './dialled.ts';
import type { CallFile, Remark } from './read-call-file.ts';

export interface Translation {
  request: Record<string, unknown>;
  /** The route that the request needs. */
  route: Record<string, unknown>;
  /** Whether the request waits or is tried again, so that the route needs a line. */
  needsLine: boolean;
}

export interface TranslateOptions {
  /** How numbers without `+` are read. */
  country?: string | undefined;
  /** The time of the file, where it is in the future. */
  at?: Date | undefined;
  now: Date;
}

const MAX_RETRIES = 8;
const MAX_DAYS = 30;
const RESULTS = ['busy', 'no-answer', 'congestion', 'unreachable', 'rejected', 'other'];

/** Who is called first, who second, and how a route says so. */
interface Parties {
  first: 'agent' | 'customer';
  number: DialledNumber;
  /** Fields of the request. */
  request: { agent?: string };
  /** Fields of the route. */
  route: Record<string, unknown>;
}

/** Returns the request that places the same call as a call file, and the route for it. Or the lines without an equal. */
export function translate(file: CallFile, options: TranslateOptions): Translation | { refused: Remark[] } {
  const parties = partiesOf(file, options.country);
  const refused = [...limitsOf(file, options), ...('why' in parties ? [parties] : [])];
  if (refused.length > 0 || 'why' in parties) return { refused };

  const { callerIdNumber, maxRetries, retrySeconds, variables } = file;
  const needsLine = maxRetries > 0 || options.at !== undefined;
  const delays = Object.fromEntries(RESULTS.map((result) => [result, [retrySeconds]]));
  return {
    needsLine,
    request: {
      to: parties.number.to,
      ...parties.request,
      ...(callerIdNumber && { callerId: callerIdNumber }),
      ...(Object.keys(variables).length > 0 && { variables }),
      timeoutSeconds: file.waitSeconds,
      ...(options.at && { at: options.at.toISOString() }),
    },
    route: {
      ...(parties.first === 'customer' && { first: 'customer' }),
      ...parties.route,
      context: file.context,
      ...(file.priority !== 1 && { priority: String(file.priority) }),
      to: parties.number.rules,
      ...(callerIdNumber && { callerIds: [exactly(callerIdNumber)] }),
      ...(Object.keys(variables).length > 0 && { variables: variableRules(variables) }),
      ...(maxRetries > 0 && { retry: { [parties.first]: { attempts: maxRetries + 1, delays } } }),
    },
  };
}

function partiesOf(file: CallFile, country: string | undefined): Parties | Remark {
  const { extension } = file;
  const refuse = (keyword: string, why: string): Remark => ({
    line: file.lineOf(keyword.toLowerCase()),
    keyword,
    why,
  });
  const dialled = dialledIn(file.channel);
  if (!dialled || /[{}\s]/.test(file.channel))
    return refuse('Channel', 'it names no phone that a route can name');
  if (file.channel.includes('&'))
    return refuse(
      'Channel',
      'a route rings one channel. Put the phones into a context, and write Local/…@context',
    );
  if (/^[^/]+\/[^/@]*:[^/@]*@/.test(file.channel))
    return refuse(
      'Channel',
      'it holds a password, which must not be in a route. Give the peer a section of its own',
    );
  const { before, called, after } = dialled;
  const customerFirst = externalNumber(called, country) ?? internalNumber(called);
  const second = externalNumber(extension, country);
  const isCustomerFirst = !second && (externalNumber(called, country) || !/^[0-9]+$/.test(extension));

  if (!isCustomerFirst) {
    const number = second ?? internalNumber(extension);
    if (!number)
      return refuse('Extension', 'its number is in no numbering plan. Give its country with --country');
    const [, plus = '', agent = ''] = /^(\+?)(.*)$/.exec(called) ?? [];
    if (!/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,30}[A-Za-z0-9_])?$/.test(agent))
      return refuse(
        'Channel',
        'the phone has a name that no agent can have: letters, digits, "_", "." and "-"',
      );
    const route = { channel: `${before}${plus}{agent}${after}`, agents: exactly(agent) };
    return { first: 'agent', number, request: { agent }, route };
  }
  if (!customerFirst)
    return refuse('Channel', 'it names no number that a callback can call. Give its country with --country');
  const channel = `${before}{to}${after}`;
  const isExtension = /^[0-9]{2,6}$/.test(extension);
  if (!/^[A-Za-z0-9_.+*#-]+$/.test(extension))
    return refuse('Extension', 'it holds more than letters, digits, "_", ".", "+", "*", "#" and "-"');
  // With a name such as "s", the dialplan itself is the second party.
  return isExtension
    ? {
        first: 'customer',
        number: customerFirst,
        request: { agent: extension },
        route: { channel, agents: exactly(extension) },
      }
    : {
        first: 'customer',
        number: customerFirst,
        request: {},
        route: { channel, agent: extension, second: 'dialplan' },
      };
}

/** Values beyond what a callback can have. */
function limitsOf(file: CallFile, { at, now }: TranslateOptions): Remark[] {
  const remarks: Remark[] = [];
  const refuse = (keyword: string, why: string) =>
    remarks.push({ line: file.lineOf(keyword.toLowerCase()), keyword, why });
  if (file.waitSeconds < 5 || file.waitSeconds > 120)
    refuse('WaitTime', 'the first phone rings for 5 to 120 seconds. Write such a number');
  if (file.maxRetries > MAX_RETRIES)
    refuse('MaxRetries', `a callback has at most ${MAX_RETRIES + 1} attempts. Write ${MAX_RETRIES} or less`);
  if (file.maxRetries > 0 && (file.retrySeconds < 5 || file.retrySeconds > 604_800))
    refuse('RetryTime', 'a retry comes after 5 to 604800 seconds. Write such a number');
  if (!/^[^\s,&{}]{1,79}$/.test(file.context)) refuse('Context', 'a route cannot name this context');
  if (at && at.getTime() > now.getTime() + MAX_DAYS * 86_400_000)
    refuse('(the time of the file)', `a callback waits for at most ${MAX_DAYS} days`);
  return remarks;
}

const exactly = (text: string): string => `^${text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`;

/** A list accepts values without a meaning in the dialplan. Others need a pattern. */
function variableRules(variables: Readonly<Record<string, string>>): string[] | Record<string, string> {
  const names = Object.keys(variables);
  const isSafe = Object.values(variables).every((value) => /^[\p{L}0-9 ._:@/+#-]*$/u.test(value));
  return isSafe ? names : Object.fromEntries(names.map((name) => [name, exactly(variables[name] ?? '')]));
}
