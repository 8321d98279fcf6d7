export const versions = ['22', '16'] as const;
export type AsteriskVersion = (typeof versions)[number];

/** The AMI users of `etc/manager.conf`, and what each is there to show. */
export const userNames = [
  'callback', // read=call, write=originate: all a callback needs
  'control', // read=call, write=originate,call,reporting: status, hang-up and DTMF too
  'blind', // write=originate, reads nothing: never learns the outcome
  'readonly', // read=call: may not originate
  'watch', // everything; the tests' own eyes
  'closed', // the right secret from the wrong network
  'single', // allowmultiplelogin=no
] as const;
export type UserName = (typeof userNames)[number];

export interface AmiUser {
  username: string;
  secret: string;
}

/** PEM texts. `ca` signed the others; `otherCa` signed nothing. All keys belong to 127.0.0.1 on loopback. */
export interface Certificates {
  ca: string;
  otherCa: string;
  /** SAN: 127.0.0.1 and localhost. */
  server: KeyPair;
  /** As `server`, but its time is over. */
  expired: KeyPair;
  /** As `server`, with ten days left. */
  expiring: KeyPair;
  /** Valid, but its SAN is pbx.example.com. */
  otherHost: KeyPair;
}

export interface KeyPair {
  cert: string;
  key: string;
}

/** A running Asterisk as tests see it: plain data, since vitest carries it to its workers. */
export interface Pbx {
  version: AsteriskVersion;
  /** Without a trailing slash: the AJAM endpoint is `${httpUrl}/rawman`. */
  httpUrl: string;
  httpsUrl: string;
  /** AMI over TCP, on 127.0.0.1. */
  amiPort: number;
  users: Record<UserName, AmiUser>;
  /** PEM of the CA that signed the certificate of `httpsUrl`. */
  ca: string;
  certificates: Certificates;
  /** Where the phones played by sipp listen, on 127.0.0.1 UDP. */
  phonesPort: number;
  /** Asterisk's own log: notice, warning, error, security. */
  logFile: string;
  /** Every INVITE and INFO that the phones got, as text: read it with `readInvites`. */
  phonesLog: string;
  /** Every RFC 4733 digit that the phones got, one JSON object a line: read it with `readDigits`. */
  digitsLog: string;
}
