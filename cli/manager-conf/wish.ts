/** What the administrator asked for. */
export interface Wish {
  user: string;
  secret: string;
  /** CIDR blocks that the functions come from. */
  permit: readonly string[];
  /** Status, hang-up and digits of live calls, too. */
  control: boolean;
  version: '16' | '22';
  /** The dialplan context that callbacks enter. */
  context: string;
  /** The PJSIP endpoint of the provider. */
  trunk: string;
  /** Prefixes that may be called. */
  allow: readonly string[];
  /** Of which numbers without `+` are; ISO 3166. */
  country?: string;
  /** A pattern of the extensions that may be asked for. */
  agents: string;
  /** Where TLS listens. */
  bind: string;
  port: number;
  amiPort: number;
  prefix: string;
  cert: string;
  key: string;
  /** The name by which the functions reach the PBX, or its address; IPv6 without brackets. */
  host: string;
  /** The certificate to trust, where no public authority stands behind it. */
  ca?: string;
}

/** Whether everybody may try to log in. */
export const isOpen = ({ permit }: Wish): boolean => permit.some((block) => block.endsWith('/0'));

/** As a host is written before a port. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Asterisk looks through the list to its end and the last match counts; each family has to be denied by itself. */
export const access = ({ permit }: Wish): string =>
  ['deny = 0.0.0.0/0', 'deny = ::/0', ...permit.map((block) => `permit = ${block}`)].join('\n');
