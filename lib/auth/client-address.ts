import { isIP } from 'node:net';
import type { ClientAddressSettings } from '../settings/client-address-settings.ts';
import { mayComeFrom } from './address-list.ts';
import { sameSecret } from './bearer-key.ts';
import { own } from './credentials.ts';

interface Addressed {
  headers: Readonly<Record<string, string>>;
  /** Who opened the connection, as AWS reports it. */
  sourceIp: string;
}

/** It always writes a port, and an IPv6 address without brackets. */
const CLOUDFRONT = 'cloudfront-viewer-address';

/** A proxy adds one entry. More than this were written by the client. */
const MAX_ENTRIES = 20;

/**
 * Returns the address of the client, or '' if it is not known. Without the setting it is the address that AWS reports.
 *
 * With `proxies`, a request from another address came directly, so its own address is that of the client. Of a list, the
 * last entry that is no proxy counts: the client can have written those before. With a secret, a request without the
 * secret may have come through anybody's proxy, so its client is unknown.
 */
export function clientAddress(
  { headers, sourceIp }: Addressed,
  setting: ClientAddressSettings | undefined,
): string {
  if (setting === undefined) return sourceIp;
  const written = own(headers, setting.header) ?? '';
  const { proxies, secretHeader, secret } = setting;
  if (proxies !== undefined) {
    if (!mayComeFrom(proxies, sourceIp)) return sourceIp;
    const entries = written.split(',', MAX_ENTRIES + 1);
    if (entries.length > MAX_ENTRIES) return '';
    return entries.map((entry) => addressIn(entry)).findLast((address) => !isProxy(address, proxies)) ?? '';
  }
  const presented = own(headers, secretHeader ?? '') ?? '';
  // All are compared, so that the time does not reveal which one is nearly right.
  const matches = (secret ?? []).filter((each) => sameSecret(presented, each));
  return matches.length > 0 ? addressIn(written, setting.header === CLOUDFRONT) : '';
}

/** An entry without an address is no proxy: nothing before it can be trusted. */
const isProxy = (address: string, proxies: readonly string[]): boolean =>
  address !== '' && mayComeFrom(proxies, address);

/** Returns the address in `address`, `1.2.3.4:5` or `[address]:5`, or ''. With `hasPort`, `2001:db8::1:5` ends in a port. */
function addressIn(entry: string, hasPort = false): string {
  const text = entry.trim();
  const [, inBrackets] = /^\[([\da-f:.]+)\](?::\d{1,5})?$/i.exec(text) ?? [];
  const [, beforePort] = /^([\da-f:.]+):\d{1,5}$/i.exec(text) ?? [];
  const candidates = hasPort ? [inBrackets, beforePort] : [inBrackets, text, beforePort];
  return candidates.find((candidate) => candidate !== undefined && isIP(candidate) !== 0) ?? '';
}
