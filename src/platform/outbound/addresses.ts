/** Which addresses of the network are nobody's but ours: this machine, private networks, and what is reserved. */
import { BlockList, isIP } from 'node:net';

/** By RFC 6890 and the registries of special-purpose addresses. */
const RESERVED_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
];
/** Those that stand for an address of IPv4 (mapped, translated, 6to4, Teredo) included. Everything global is in 2000::/3. */
const RESERVED_V6 = [...['::/3', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '4000::/2', '8000::/1']];

type Family = 'ipv4' | 'ipv6';

/** A list each: one for both would take an address of IPv4 for a mapped one too. */
const reserved: Readonly<Record<Family, BlockList>> = {
  ipv4: listOf(RESERVED_V4, 'ipv4'),
  ipv6: listOf(RESERVED_V6, 'ipv6'),
};

function listOf(ranges: readonly string[], family: Family): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const familyOf = (address: string): Family => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether the address is a public one. Anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
  return isIP(address) !== 0 && !reserved[familyOf(address)].check(address, familyOf(address));
}

/** Whether the address is this machine's own. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) !== 0 && loopback.check(address, familyOf(address));
}

/** The host of a URL as an address; undefined for a name. */
export function addressInUrl({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}
