import { type DialledNumber, dialledIn, externalNumber, internalNumber } from './dialled.ts';
import type { CallFile, Remark } from './read-call-file.ts';

/** The two parties of a call file, and how a request and a route name them. */
interface Parties {
  first: 'agent' | 'customer';
  number: DialledNumber;
  /** Fields of the request. */
  request: { agent?: string };
  /** Fields of the route. */
  route: Record<string, unknown>;
}

/** Numbers that are too long for an extension. */
const LONG = /^(?:\+[0-9]+|[0-9]{9,})$/;
const NO_PLAN = 'no numbering plan has this number. Name its country with --country';

/** Returns the two parties, or the line that no route can express. */
export function partiesOf(file: CallFile, country: string | undefined): Parties | Remark {
  const { extension } = file;
  const refuse = (keyword: string, why: string): Remark => ({
    line: file.lineOf(keyword.toLowerCase()),
    keyword,
    why,
  });
  const dialled = dialledIn(file.channel);
  if (!dialled || /[{}\s]/.test(file.channel)) return refuse('Channel', 'a route cannot name this phone');
  if (file.channel.includes('&'))
    return refuse(
      'Channel',
      'a route rings one channel. Write a context that dials these phones, then Channel: Local/…@context',
    );
  if (/^[^/]+\/[^/@]*:[^/@]*@/.test(file.channel))
    return refuse(
      'Channel',
      'the channel contains a password, which must not be in a route. Configure the peer in Asterisk and use its name',
    );
  const { before, called, after } = dialled;
  const customerFirst = externalNumber(called, country) ?? internalNumber(called);
  const second = externalNumber(extension, country);
  // A route must not contain the number of a customer, because no rule would check it.
  if (!second && LONG.test(extension)) return refuse('Extension', NO_PLAN);
  if (!externalNumber(called, country) && LONG.test(called)) return refuse('Channel', NO_PLAN);
  const isCustomerFirst = !second && (externalNumber(called, country) || !/^[0-9]+$/.test(extension));

  if (!isCustomerFirst) {
    const number = second ?? internalNumber(extension);
    if (!number) return refuse('Extension', NO_PLAN);
    const [, plus = '', agent = ''] = /^(\+?)(.*)$/.exec(called) ?? [];
    if (!/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,30}[A-Za-z0-9_])?$/.test(agent))
      return refuse('Channel', 'an agent cannot have this name. Use letters, digits, "_", "." and "-"');
    const route = { channel: `${before}${plus}{agent}${after}`, agents: exactly(agent) };
    return { first: 'agent', number, request: { agent }, route };
  }
  if (!customerFirst)
    return refuse(
      'Channel',
      'the channel has no number that a callback can call. Name the country of the number with --country',
    );
  const channel = `${before}{to}${after}`;
  const isExtension = /^[0-9]{2,6}$/.test(extension);
  if (!/^[A-Za-z0-9_.+*#-]+$/.test(extension))
    return refuse(
      'Extension',
      'a route cannot name this extension. Use letters, digits, "_", ".", "+", "*", "#" and "-"',
    );
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

/** Returns a pattern that matches this text and no other. */
export const exactly = (text: string): string => `^${text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`;
