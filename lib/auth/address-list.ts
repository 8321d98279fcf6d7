import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Whether an address lies in one of the CIDR blocks; no blocks let everybody in, and who has no address comes from
 * nowhere. An IPv4 address is the same one when it is written as IPv6 (`::ffff:203.0.113.7`).
 */
export function mayComeFrom(blocks: readonly string[] | undefined, sourceIp: string | undefined): boolean {
  if (blocks === undefined || blocks.length === 0) return true;
  // ipaddr.js takes `127.1` and `0x7f000001` for addresses too; what a gateway reports looks like neither.
  if (sourceIp === undefined || isIP(sourceIp) === 0 || sourceIp.includes('%')) return false;
  const address = ipaddr.process(sourceIp);
  return blocks.some((block) => contains(block, address));
}

function contains(block: string, address: Address): boolean {
  // Settings check the blocks; one that is none lets nobody in.
  if (!ipaddr.isValidCIDR(block)) return false;
  const [network, bits] = unmapped(...ipaddr.parseCIDR(block));
  return network.kind() === address.kind() && address.match(network, bits);
}

/** `::ffff:203.0.113.0/120` is 203.0.113.0/24. */
function unmapped(network: Address, bits: number): [Address, number] {
  const mapped = network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96;
  return mapped ? [network.toIPv4Address(), bits - 96] : [network, bits];
}
