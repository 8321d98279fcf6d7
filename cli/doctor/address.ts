import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { fail, ok, type Verdict, warn } from './finding.ts';

/** The addresses of a URL's host; none when the name does not resolve. */
export async function addressesOf(url: URL): Promise<string[]> {
  const host = hostOf(url);
  if (isIP(host)) return [host];
  return await lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );
}

/** The host as sockets want it: IPv6 without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

export const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);

/** Whether what is said to that address can be overheard, and by whom. */
export function checkAddress(url: URL, addresses: readonly string[]): Verdict {
  const [first] = addresses;
  if (first === undefined)
    return fail(
      `the name ${url.hostname} does not resolve`,
      'correct the host in the url, or make the name known to DNS where the functions run',
    );
  if (url.protocol === 'https:') return ok(`https to ${addresses.join(', ')}`);
  const ranges = addresses.map((address) => ipaddr.process(address).range());
  if (ranges.every((range) => range === 'loopback')) return ok(`http, but to this machine alone (${first})`);
  if (ranges.includes('unicast'))
    return fail(
      `http to a public address (${addresses.join(', ')}): whoever is in between reads the session cookie and every event, and can place calls`,
      'let http.conf serve TLS (tlsenable=yes, tlsbindaddr, tlscertfile, tlsprivatekey; `npm run manager-conf` prints all of it) and write https:// in the url',
    );
  return warn(
    `http, within a private network (${addresses.join(', ')}): everybody in it can overhear the session and place calls`,
    'let http.conf serve TLS there too, or be sure of everybody in that network',
  );
}
