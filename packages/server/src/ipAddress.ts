import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** The addresses whose leading `bits` equal those of `first`. */
export interface AddressRange {
  readonly first: IpAddress;
  readonly bits: number;
}

/**
 * Parses an address; null for anything else. An IPv4-mapped IPv6 address is the IPv4 address. The zone
 * (`fe80::1%eth0`), which names an interface of one machine, is dropped.
 */
export function parseAddress(text: string): IpAddress | null {
  // ipaddr.js also accepts forms such as `1` or `0x7f.1`, which no header should contain.
  return isIP(text) === 0 ? null : ipaddr.process(withoutZone(text));
}

/** ipaddr.js throws for zones with characters other than letters and digits (`br-1f`, `eth0.100`). `isIP` accepts them. */
const withoutZone = (address: string) => address.split('%', 1)[0] ?? address;

/** Parses an address without a zone, or a CIDR range; null for anything else. */
function parseRange(text: string): AddressRange | null {
  const [address = '', prefix, ...rest] = text.split('/');
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return null;
  const parsed = ipaddr.parse(address);
  const size = parsed.kind() === 'ipv4' ? 32 : 128;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return null;
  const bits = prefix === undefined ? size : Number(prefix);
  if (bits > size) return null;
  const isMapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() && bits >= 96;
  return isMapped ? { first: parsed.toIPv4Address(), bits: bits - 96 } : { first: parsed, bits };
}

export function isInRange(address: IpAddress, { first, bits }: AddressRange): boolean {
  if (address instanceof ipaddr.IPv4) return first instanceof ipaddr.IPv4 && address.match(first, bits);
  return first instanceof ipaddr.IPv6 && address.match(first, bits);
}

/**
 * The key of an address for limits: an IPv4 address itself, or the /64 network of an IPv6 address, because one customer
 * usually has a whole /64.
 */
export function addressKey(address: IpAddress): string {
  if (address instanceof ipaddr.IPv4) return address.toString();
  const network = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}

/** Named ranges, as other servers define them. */
const namedRanges: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** The ranges of an address, a CIDR range, or `loopback`, `linklocal` or `uniquelocal`; empty for other text. */
export function rangesOf(text: string): AddressRange[] {
  return (namedRanges[text] ?? [text]).flatMap((range) => parseRange(range) ?? []);
}
