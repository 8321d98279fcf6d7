export const versions = ['22', '16'] as const;
export type AsteriskVersion = (typeof versions)[number];

/** The AMI users of `etc/manager.conf`, and what each is for. */
export const userNames = [
  'callback', // read=call, write=originate: the least that a callback needs
  'control', // read=call, write=originate,call,reporting: status, hang-up and DTMF too
  'blind', // write=originate, reads nothing: receives no events
  'readonly', // read=call: may not originate
  'watch', // everything: used by the tests to observe the PBX
  'closed', // its network is not permitted
  'single', // allowmultiplelogin=no
] as const;
export type UserName = (typeof userNames)[number];

export interface AmiUser {
  username: string;
  secret: string;
}

/** PEM texts. `ca` signed the others, `otherCa` signed none. */
export interface Certificates {
  ca: string;
  otherCa: string;
  /** For 127.0.0.1 and localhost. */
  server: KeyPair;
  /** As `server`, but expired. */
  expired: KeyPair;
  /** As `server`, but expires in ten days. */
  expiring: KeyPair;
  /** Valid, but for pbx.example.com. */
  otherHost: KeyPair;
}

export interface KeyPair {
  cert: string;
  key: string;
}

/** What tests know of a running Asterisk. Plain data, because it travels to other processes as JSON. */
export interface Pbx {
  version: AsteriskVersion;
  /** Without a trailing slash. The AJAM endpoint is `${httpUrl}/rawman`. */
  httpUrl: string;
  httpsUrl: string;
  /** The port of AMI over TCP, on 127.0.0.1. */
  amiPort: number;
  users: Record<UserName, AmiUser>;
  /** The CA that signed the certificate of `httpsUrl`, as PEM. */
  ca: string;
  certificates: Certificates;
  /** The UDP port of the phones, on 127.0.0.1. */
  phonesPort: number;
  /** Asterisk's own log: notices, warnings, errors and security events. */
  logFile: string;
  /** Every INVITE and INFO that the phones received, as text. Read it with `readInvites`. */
  phonesLog: string;
  /** Every RFC 4733 digit that the phones received, one JSON object per line. Read it with `readDigits`. */
  digitsLog: string;
  /** The folder of call files. */
  spool: string;
}
