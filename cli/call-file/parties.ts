import { type DialledNumber, dialledIn, externalNumber, internalNumber } from './dialled.ts';
import type { CallFile, Remark } from './read-call-file.ts';

/** Who is called first, who second, and how a route says so. */
interface Parties {
  first: 'agent' | 'customer';
  number: DialledNumber;
  /** Fields of the request. */
  request: { agent?: string };
  /** Fields of the route. */
  route: Record<string, unknown>;
}

/** Too long for an extension. */
const LONG = /^(?:\+[0-9]+|[0-9]{9,})$/;
const NO_PLAN = 'its number is in no numbering plan. Give its country with --country';

/** Returns who is called first and second, or the line that no route can say. */
export function partiesOf(file: CallFile, country: string | undefined): Parties | Remark {
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
  // No rule would check a number that a route fixes.
  if (!second && LONG.test(extension)) return refuse('Extension', NO_PLAN);
  if (!externalNumber(called, country) && LONG.test(called)) return refuse('Channel', NO_PLAN);
  const isCustomerFirst = !second && (externalNumber(called, country) || !/^[0-9]+$/.test(extension));

  if (!isCustomerFirst) {
    const number = second ?? internalNumber(extension);
    if (!number) return refuse('Extension', NO_PLAN);
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

/** A pattern that matches this text alone. */
export const exactly = (text: string): string => `^${text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`;
