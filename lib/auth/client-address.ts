import { isIP } from 'node:net';
import type { ClientAddressSettings } from '../settings/client-address-settings.ts';
import { mayComeFrom } from './address-list.ts';
import { type AccessRequest, own } from './credentials.ts';
import { sameSecret } from './same-secret.ts';

/** CloudFront always writes a port into this header, and an IPv6 address without brackets. */
const CLOUDFRONT = 'cloudfront-viewer-address';

/** Each proxy adds one entry. If the list is longer, the client has written entries. */
const MAX_ENTRIES = 20;

/**
 * Returns the address of the client, or '' if the address is unknown. Without the setting, AWS reports the address.
 *
 * With `proxies`: if the address that AWS reports is not a proxy, it is the client's. Otherwise the client is the last entry of
 * the header that is not a proxy. The client may have written the entries before that entry. With a secret, the address is
 * unknown if the request lacks the secret.
 */
export function clientAddress(
  { headers, sourceIp = '' }: Pick<AccessRequest, 'headers' | 'sourceIp'>,
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
  // Compares with all secrets, so that the time does not reveal which secret matches.
  const matches = (secret ?? []).filter((each) => sameSecret(presented, each));
  return matches.length > 0 ? addressIn(written, setting.header === CLOUDFRONT) : '';
}

/** An entry without an address is not a proxy, so the entries before it cannot be trusted. */
const isProxy = (address: string, proxies: readonly string[]): boolean =>
  address !== '' && mayComeFrom(proxies, address);

/** Returns the address in an entry such as `[2001:db8::1]:5`, or ''. With `hasPort`, `2001:db8::1:5` has the port 5. */
function addressIn(entry: string, hasPort = false): string {
  const text = entry.trim();
  const [, inBrackets] = /^\[([\da-f:.]+)\](?::\d{1,5})?$/i.exec(text) ?? [];
  const [, beforePort] = /^([\da-f:.]+):\d{1,5}$/i.exec(text) ?? [];
  const candidates = hasPort ? [inBrackets, beforePort] : [inBrackets, text, beforePort];
  return candidates.find((candidate) => candidate !== undefined && isIP(candidate) !== 0) ?? '';
}
