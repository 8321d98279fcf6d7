import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { fail, ok, type Verdict, warn } from './finding.ts';

/** Returns the addresses of a URL's host. Empty if the name does not resolve. */
export async function addressesOf(url: URL): Promise<string[]> {
  const host = hostOf(url);
  if (isIP(host)) return [host];
  return await lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );
}

/** Returns the host for a socket, which needs IPv6 without brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

export const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);

/** Checks whether others can read the traffic to these addresses. */
export function checkAddress(url: URL, addresses: readonly string[]): Verdict {
  const [first] = addresses;
  if (first === undefined)
    return fail(
      `the name ${url.hostname} does not resolve`,
      'correct the host in the url, or add the name to the DNS that the functions use',
    );
  if (url.protocol === 'https:') return ok(`https to ${addresses.join(', ')}`);
  const ranges = addresses.map((address) => ipaddr.process(address).range());
  if (ranges.every((range) => range === 'loopback')) return ok(`http, on this machine only (${first})`);
  if (ranges.includes('unicast'))
    return fail(
      `http to a public address (${addresses.join(', ')}): everybody on the network path can read the session cookie and all events, and place calls`,
      'turn on TLS in http.conf (tlsenable, tlsbindaddr, tlscertfile, tlsprivatekey), then write https:// in the url. `npx asterisk-callback manager-conf` prints these lines',
    );
  return warn(
    `http in a private network (${addresses.join(', ')}): everybody in this network can read the session cookie and place calls`,
    'turn on TLS in http.conf, or make sure that you trust everybody in this network',
  );
}
