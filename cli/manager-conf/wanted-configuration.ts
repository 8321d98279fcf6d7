import { dirname } from 'node:path';

/** What the administrator wants to configure. */
export interface WantedConfiguration {
  user: string;
  secret: string;
  /** The CIDR blocks of the addresses from which the functions send requests. */
  permit: readonly string[];
  /** Whether the user may also read the status of live calls, hang them up and send digits. */
  control: boolean;
  version: '16' | '22';
  /** Whether FreePBX writes the configuration of the PBX. */
  freepbx: boolean;
  /** The dialplan context that callbacks enter. */
  context: string;
  /** The PJSIP endpoint of the provider. */
  trunk: string;
  /** The prefixes that may be called. */
  allow: readonly string[];
  /** The ISO 3166 country of numbers without `+`. */
  country?: string;
  /** A pattern of the extensions that a request may name. */
  agents: string;
  /** The address on which TLS listens. */
  bind: string;
  port: number;
  amiPort: number;
  /** The prefix of http.conf. Empty for none. */
  prefix: string;
  cert: string;
  key: string;
  /** The name or the address by which the functions reach the PBX. IPv6 has no brackets. */
  host: string;
  /** The certificate that the functions trust, in PEM form. Undefined if a public CA has signed it. */
  ca?: string;
}

/** The first words of every addition. manager-conf overwrites only additions that begin with these words. */
export const MADE_BY = '; Made by asterisk-callback manager-conf.';

/** The names of the additions to the configuration files of Asterisk. */
export const ADDITIONS = {
  http: 'http_callback.conf',
  manager: 'manager_callback.conf',
  extensions: 'extensions_callback.conf',
} as const;

/** Returns the file of Asterisk that includes an addition. FreePBX overwrites all files except the `_custom` files. */
export const includingFile = (
  name: keyof typeof ADDITIONS,
  { freepbx }: Pick<WantedConfiguration, 'freepbx'>,
): string => `${name}${freepbx ? '_custom' : ''}.conf`;

/** Returns the first lines of an addition. They explain how to include the addition and how to make Asterisk read it. */
export function heading(
  name: keyof typeof ADDITIONS,
  wanted: Pick<WantedConfiguration, 'freepbx'>,
  commands: string,
): string {
  const file = includingFile(name, wanted);
  return `${MADE_BY} This file adds to ${file}.
; Write this line into ${file}:
;   #include ${ADDITIONS[name]}
; Then run: ${commands}`;
}

/** Adds to the section [general]. Asterisk ignores a second [general] without "(+)". */
export const GENERAL = `; The lines after [general](+) add to your [general]. If you have no [general], write an empty [general] above the #include.
[general](+)`;

/** Returns the folders of the certificate and the key, as arguments of a shell command. */
export const keyFolders = ({ cert, key }: Pick<WantedConfiguration, 'cert' | 'key'>): string =>
  [...new Set([dirname(cert), dirname(key)])].join(' ');

/** Returns whether every address may try to log in. */
export const isOpen = ({ permit }: WantedConfiguration): boolean =>
  permit.some((block) => block.endsWith('/0'));

/** Returns a host as a URL contains it: IPv6 in brackets. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Returns the access list. The last line that matches an address counts. IPv4 and IPv6 need a `deny` each. */
export const access = ({ permit }: WantedConfiguration): string =>
  ['deny = 0.0.0.0/0', 'deny = ::/0', ...permit.map((block) => `permit = ${block}`)].join('\n');
