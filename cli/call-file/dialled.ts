import { findNumber } from '../../lib/rules/numbers/numbering-plan.ts';

/** A channel, split at the phone that it calls, such as the number in `PJSIP/+4930901820@trunk`. */
export interface DialledPhone {
  before: string;
  called: string;
  after: string;
}

/** Finds the number in a channel: the longest run of digits between separators. Without a number, finds the name of the phone. */
export function dialledIn(channel: string): DialledPhone | undefined {
  const start = channel.indexOf('/') + 1;
  const parts = [...channel.slice(start).matchAll(/[^/@:]+/g)].map((match) => ({
    called: match[0],
    at: start + match.index,
  }));
  const numbers = parts.filter(({ called }) => /^\+?[0-9*#]{2,}$/.test(called));
  const [found = parts[0]] = numbers.toSorted((a, b) => b.called.length - a.called.length);
  if (!found) return undefined;
  const { called, at } = found;
  return { before: channel.slice(0, at), called, after: channel.slice(at + called.length) };
}

/** How a route writes a number that a call file dials. */
export interface DialledNumber {
  /** For `to` of a request. */
  to: string;
  /** For `to` of the route. */
  rules: { country?: string; allow?: string[]; dialAs?: string; extensions?: string };
  /** Whether the digits could also be a national number. */
  isGuess?: boolean;
}

/** Reads an external number as the call file dials it. Undefined if no numbering plan knows the number. */
export function externalNumber(dialled: string, country: string | undefined): DialledNumber | undefined {
  if (country !== undefined) return national(dialled, country) ?? international(dialled);
  const number = international(dialled);
  return number && { ...number, isGuess: /^[1-9]/.test(dialled) };
}

function international(dialled: string): DialledNumber | undefined {
  for (const [prefix, dialAs] of [
    ['+', '{e164}'],
    ['00', '00{digits}'],
    ['', '{digits}'],
  ] as const) {
    if (!dialled.startsWith(prefix)) continue;
    const found = findNumber(`+${dialled.slice(prefix.length)}`, {});
    if (!found || found.number.number !== `+${dialled.slice(prefix.length)}`) continue;
    return { to: found.number.number, rules: { allow: [`+${found.number.countryCallingCode}`], dialAs } };
  }
  return undefined;
}

function national(dialled: string, country: string): DialledNumber | undefined {
  const found = /^[0-9]+$/.test(dialled) ? findNumber(dialled, { country })?.number : undefined;
  if (!found || dialled.startsWith('00') || !dialled.endsWith(found.nationalNumber)) return undefined;
  const prefix = dialled.slice(0, -found.nationalNumber.length);
  const allow = [`+${found.countryCallingCode}`];
  return { to: found.number, rules: { country, allow, dialAs: `${prefix}{national}` } };
}

/** Reads an internal number. Its route allows no other extension. */
export const internalNumber = (dialled: string): DialledNumber | undefined =>
  /^[0-9]{1,8}$/.test(dialled) ? { to: dialled, rules: { extensions: `^${dialled}$` } } : undefined;
