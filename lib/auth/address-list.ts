import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Returns whether an address is in one of the CIDR blocks. Returns true if there are no blocks. Otherwise returns false for an
 * unknown address. An IPv4 address may be written as IPv6, such as `::ffff:203.0.113.7`.
 */
export function mayComeFrom(blocks: readonly string[] | undefined, sourceIp: string | undefined): boolean {
  if (blocks === undefined || blocks.length === 0) return true;
  // ipaddr.js also reads `127.1` and `0x7f000001` as addresses. AWS reports no address in these forms.
  if (sourceIp === undefined || isIP(sourceIp) === 0 || sourceIp.includes('%')) return false;
  const address = ipaddr.process(sourceIp);
  return blocks.some((block) => contains(block, address));
}

function contains(block: string, address: Address): boolean {
  // A malformed block allows nobody. The settings refuse malformed blocks.
  if (!ipaddr.isValidCIDR(block)) return false;
  const [network, bits] = asIpv4(...ipaddr.parseCIDR(block));
  return network.kind() === address.kind() && address.match(network, bits);
}

/** Turns `::ffff:203.0.113.0/120` into 203.0.113.0/24. */
function asIpv4(network: Address, bits: number): [Address, number] {
  const isMapped = network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96;
  return isMapped ? [network.toIPv4Address(), bits - 96] : [network, bits];
}
