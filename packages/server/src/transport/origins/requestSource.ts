import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import type { TrustProxy } from '../../config/config.ts';
import { addressKey, type IpAddress, isInRange, parseAddress } from '../../ipAddress.ts';
import type { Logger } from '../../observe/logger.ts';
import { type ForwardedHop, hasForwardedHeaders, readForwarded, readXForwarded } from './forwardedHeaders.ts';

/** The origin of requests and the address that clients requested, according to trusted proxies. */
export interface RequestSource {
  /**
   * The client's address as the limits count it: an IPv4 address, or the /64 network of an IPv6 address. `local` if the
   * connection has no address, for example on a Unix socket.
   */
  clientAddress(request: IncomingMessage): string;
  /** The host and port that the client requested, as in its `Host` header. */
  host(request: IncomingMessage): string | undefined;
  /** Whether the client used `http` or `https`. */
  protocol(request: IncomingMessage): 'http' | 'https';
}

/** The key of a connection without an address. */
const local = 'local';

/** Reads forwarded headers only from proxies that `trust` names. */
export function createRequestSource(trust: TrustProxy, log: Pick<Logger, 'warn'>): RequestSource {
  const isTrusted = trustOf(trust);
  let hasWarned = false;

  function warnOnce(): void {
    if (hasWarned) return;
    hasWarned = true;
    log.warn(
      'forwarded headers are ignored: they come from a peer that TRUST_PROXY does not name (behind a proxy, set TRUST_PROXY to the number of proxies or to their addresses)',
    );
  }

  /** The trusted hop nearest to the client; null if the peer itself is not trusted. */
  function forwarded(request: IncomingMessage): { address: string; hop: ForwardedHop } | null {
    if (!hasForwardedHeaders(request.headers)) return null;
    const peer = parseAddress(request.socket.remoteAddress ?? '');
    if (!isTrusted(peer, 0)) {
      warnOnce();
      return null;
    }
    const found = [readXForwarded(request.headers), readForwarded(request.headers)]
      .filter((hops) => hops.length > 0)
      .map((hops) => clientHop(peer, hops, isTrusted));
    const [first, second] = found;
    if (first === undefined) return null;
    // A proxy that writes one of the two headers passes the other on unchanged from the client.
    return second === undefined || second.address === first.address ? first : null;
  }

  return {
    clientAddress: (request) => forwarded(request)?.address ?? keyOfPeer(request.socket.remoteAddress ?? ''),
    host: (request) => validHost(forwarded(request)?.hop.host) ?? request.headers.host,
    protocol: (request) => {
      const forwardedProtocol = forwarded(request)?.hop.protocol;
      if (forwardedProtocol === 'http' || forwardedProtocol === 'https') return forwardedProtocol;
      return 'encrypted' in request.socket ? 'https' : 'http';
    },
  };
}

/** Whether the `i`-th hop, counted from the server, is trusted: 0 is the peer. A null address is unknown. */
type IsTrusted = (address: IpAddress | null, i: number) => boolean;

function trustOf(trust: TrustProxy): IsTrusted {
  if (typeof trust === 'number') return (_address, i) => i < trust;
  return (address) => address !== null && trust.some((range) => isInRange(address, range));
}

/** Walks the hops away from the server, as long as they are trusted and their addresses are known. */
function clientHop(peer: IpAddress | null, hops: readonly ForwardedHop[], isTrusted: IsTrusted) {
  let address = peer;
  let hop: ForwardedHop = { address: null };
  for (const [i, next] of hops.entries()) {
    if (!isTrusted(address, i)) break;
    hop = next;
    if (next.address === null) break; // the proxy that reports this hop is the last known one
    address = next.address;
  }
  return { address: keyOf(address), hop };
}

function keyOf(address: IpAddress | null): string {
  return address === null ? local : addressKey(address);
}

/** The key of a peer. The system writes each IPv4 address in one form, so it needs no parser; on an IPv6 socket it is mapped. */
function keyOfPeer(address: string): string {
  const unmapped = address.startsWith('::ffff:') ? address.slice(7) : address;
  return isIPv4(unmapped) ? unmapped : keyOf(parseAddress(address));
}

function validHost(host: string | undefined): string | undefined {
  return host !== undefined && /^([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?$/.test(host) ? host : undefined;
}
