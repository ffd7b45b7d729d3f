import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Milliseconds for which the list of addresses is cached: a laptop changes networks. */
const ttlMs = 10_000;

let addresses = new Set<string>();
let readAt = Number.NEGATIVE_INFINITY;

/** Whether the address belongs to one of this machine's network interfaces. */
export function isInterfaceAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const now = performance.now();
  if (now - readAt > ttlMs) {
    addresses = new Set(
      Object.values(networkInterfaces()).flatMap((all = []) => all.map((one) => one.address.toLowerCase())),
    );
    readAt = now;
  }
  return addresses.has(address);
}
