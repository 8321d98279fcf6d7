import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { fail, ok, type Verdict, warn } from './finding.ts';

/** Returns the addresses of a URL's host, none when the name does not resolve. */
export async function addressesOf(url: URL): Promise<string[]> {
  const host = hostOf(url);
  if (isIP(host)) return [host];
  return await lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );
}

/** Returns the host as sockets take it: IPv6 without brackets. */
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
      `http to a public address (${addresses.join(', ')}): everybody on the way can read the session cookie and every event, and can place calls`,
      'turn on TLS in http.conf (tlsenable, tlsbindaddr, tlscertfile, tlsprivatekey; `npx asterisk-callback manager-conf` prints them), then write https:// in the url',
    );
  return warn(
    `http in a private network (${addresses.join(', ')}): everybody in it can read the session cookie and place calls`,
    'turn on TLS in http.conf there too, or make sure that you trust everybody in this network',
  );
}
