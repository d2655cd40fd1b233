/** What counts as one address where attempts are counted by address. */
import { isIPv6 } from 'node:net';

/** A /64 network of IPv6 usually belongs to one subscriber, so it counts as one address. IPv4 mapped to IPv6 counts as IPv4. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const zeros = 8 - groupsOf(address).length;
  const full = groupsOf(address.replace('::', `:${'0:'.repeat(Math.max(0, zeros))}`));
  const prefix = full.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return prefix.join(':');
}

function groupsOf(address: string): string[] {
  return address.split(':').filter((group) => group !== '');
}
