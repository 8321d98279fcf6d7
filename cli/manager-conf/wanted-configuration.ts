/** What the administrator wants to configure. */
export interface WantedConfiguration {
  user: string;
  secret: string;
  /** The CIDR blocks that the functions come from. */
  permit: readonly string[];
  /** Status, hang-up and digits of live calls too. */
  control: boolean;
  version: '16' | '22';
  /** For FreePBX, which writes the other configuration files itself. */
  freepbx: boolean;
  /** The dialplan context that callbacks enter. */
  context: string;
  /** The PJSIP endpoint of the provider. */
  trunk: string;
  /** The prefixes that may be called. */
  allow: readonly string[];
  /** The ISO 3166 country of numbers without `+`. */
  country?: string;
  /** A pattern of the extensions that may be asked for. */
  agents: string;
  /** The address on which TLS listens. */
  bind: string;
  port: number;
  amiPort: number;
  /** Empty for none. */
  prefix: string;
  cert: string;
  key: string;
  /** The name by which the functions reach the PBX, or its address; IPv6 without brackets. */
  host: string;
  /** The certificate to trust, unless a public CA has signed it. */
  ca?: string;
}

/** The first line of every file for Asterisk. A file that begins with it may be overwritten. */
export const MADE_BY = '; Made by asterisk-callback manager-conf.';

/** The configuration files of Asterisk that get an addition, and the names of the additions. */
export const ADDITIONS = {
  http: 'http_callback.conf',
  manager: 'manager_callback.conf',
  extensions: 'extensions_callback.conf',
} as const;

/** Returns the file of Asterisk that includes an addition. FreePBX overwrites all but its `_custom` files. */
export const includingFile = (
  name: keyof typeof ADDITIONS,
  { freepbx }: Pick<WantedConfiguration, 'freepbx'>,
): string => `${name}${freepbx ? '_custom' : ''}.conf`;

/** Returns whether every address may try to log in. */
export const isOpen = ({ permit }: WantedConfiguration): boolean =>
  permit.some((block) => block.endsWith('/0'));

/** Returns a host as it is written before a port. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Returns the access list. Asterisk reads it to the end, and the last match counts. Each family needs a deny. */
export const access = ({ permit }: WantedConfiguration): string =>
  ['deny = 0.0.0.0/0', 'deny = ::/0', ...permit.map((block) => `permit = ${block}`)].join('\n');
