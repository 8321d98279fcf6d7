import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import ipaddr from 'ipaddr.js';
import { isCountry } from '../../lib/settings/countries.ts';
import { bracketed } from './wish.ts';

/** A name that manager.conf takes for a section of its own. */
export function parseUser(text: string): string {
  if (/^general$/i.test(text))
    throw new InvalidArgumentError('"general" is no user: that section is for the whole.');
  if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be letters, digits, "_" and "-", and begin with a letter.');
}

export function parseName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be letters, digits, "_" and "-".');
}

/** Asterisk takes two sections of extensions.conf for no contexts. */
export function parseContext(text: string): string {
  if (/^(general|globals)$/i.test(text))
    throw new InvalidArgumentError(`"${text}" is no context: that section is for the whole.`);
  return parseName(text);
}

/** A block, or one address. */
export function parsePermit(text: string, before: readonly string[] = []): string[] {
  const block = isIP(text) === 4 ? `${text}/32` : isIP(text) === 6 ? `${text}/128` : text;
  if (!ipaddr.isValidCIDR(block))
    throw new InvalidArgumentError(
      'It must be an address or a CIDR block, such as 203.0.113.7 or 203.0.113.0/24.',
    );
  return [...before, block];
}

export function parsePrefixes(text: string, before: readonly string[] = []): string[] {
  if (/^\+[1-9][0-9]{0,14}$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('It must be "+" and digits, such as +7.');
}

export function parseCountry(text: string): string {
  const code = text.toUpperCase();
  if (isCountry(code)) return code;
  throw new InvalidArgumentError('It must be a country by its two letters of ISO 3166, such as GB or RU.');
}

export function parsePattern(text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch {
    throw new InvalidArgumentError('It must be a regular expression such as "^3[0-9]{3}$".');
  }
}

export function parseAddress(text: string): string {
  if (isIP(text)) return text;
  throw new InvalidArgumentError('It must be an address of this machine, or 0.0.0.0 for all of IPv4.');
}

/** It goes into a file of Asterisk: ";" begins a comment there. */
export function parsePath(text: string): string {
  if (/^\/[^\s;]+$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an absolute path without blanks.');
}

/** IPv6 with or without the brackets that it has in a url; they are taken off. */
export function parseHost(text: string): string {
  const host = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const written = URL.parse(`https://${bracketed(host)}`)?.hostname;
  if (isIP(host) === 6 ? written !== undefined : written === text.toLowerCase()) return host;
  throw new InvalidArgumentError('It must be a host name or an address, such as pbx.example.com.');
}
