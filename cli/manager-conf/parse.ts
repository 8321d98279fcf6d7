import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import ipaddr from 'ipaddr.js';
import { isCountry } from '../../lib/settings/countries.ts';
import { bracketed } from './wanted-configuration.ts';

/** Accepts the name of a section of manager.conf. */
export function parseUser(text: string): string {
  if (/^general$/i.test(text))
    throw new InvalidArgumentError(
      '"general" is not a user: the section [general] configures the whole manager. Choose another name.',
    );
  if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('Use letters, digits, "_" and "-", and begin with a letter.');
}

export function parseName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('Use letters, digits, "_" and "-".');
}

/** Accepts the name of a context. The sections general and globals of extensions.conf are not contexts. */
export function parseContext(text: string): string {
  if (/^(general|globals)$/i.test(text))
    throw new InvalidArgumentError(
      `"${text}" is not a context: the section [${text}] configures the whole dialplan. Choose another name.`,
    );
  return parseName(text);
}

/** Accepts a CIDR block or one address. */
export function parsePermit(text: string, before: readonly string[] = []): string[] {
  const block = isIP(text) === 4 ? `${text}/32` : isIP(text) === 6 ? `${text}/128` : text;
  if (!ipaddr.isValidCIDR(block))
    throw new InvalidArgumentError('Use an address or a CIDR block, such as 203.0.113.7 or 203.0.113.0/24.');
  return [...before, block];
}

/** Accepts the prefix of http.conf. Empty for none. */
export const parsePrefix = (text: string): string => (text === '' ? text : parseName(text));

export function parsePrefixes(text: string, before: readonly string[] = []): string[] {
  if (/^\+[1-9][0-9]{0,14}$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('Use "+" and digits, such as +7.');
}

export function parseCountry(text: string): string {
  const code = text.toUpperCase();
  if (isCountry(code)) return code;
  throw new InvalidArgumentError('Use the two letters of a country in ISO 3166, such as GB or RU.');
}

export function parsePattern(text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch {
    throw new InvalidArgumentError('Use a regular expression such as "^3[0-9]{3}$".');
  }
}

export function parseAddress(text: string): string {
  if (isIP(text)) return text;
  throw new InvalidArgumentError('Use an address of the PBX, or 0.0.0.0 for all of IPv4.');
}

/** Accepts a path that needs no quotes in a configuration file of Asterisk and in a shell. */
export function parsePath(text: string): string {
  if (/^\/[\w./@+-]+$/.test(text)) return text;
  throw new InvalidArgumentError('Use an absolute path of letters, digits and "_ . / @ + -".');
}

/** Accepts a host name or address. Removes the brackets of IPv6. */
export function parseHost(text: string): string {
  const host = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const written = URL.parse(`https://${bracketed(host)}`)?.hostname;
  if (isIP(host) === 6 ? written !== undefined : written === text.toLowerCase()) return host;
  throw new InvalidArgumentError('Use a host name or an address, such as pbx.example.com.');
}
