import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import { EarshotError } from '@earshot/shared';
import type { Config } from '../../config/config.ts';
import { isInterfaceAddress } from './interfaceAddresses.ts';
import type { RequestSource } from './requestSource.ts';

export interface OriginPolicy {
  /** Whether every page may use the server, so that no answer depends on the Origin. */
  readonly allowsAnyOrigin: boolean;
  /** Whether pages of the Origin may use the server under the requested host. False without an Origin. */
  allows(request: IncomingMessage): boolean;
  /** Throws `HOST_REFUSED` or `ORIGIN_REFUSED`. Programs send no Origin, and pass that check. */
  check(request: IncomingMessage): void;
  /** Throws `ORIGIN_REFUSED` if pages of this origin may not use the server under the requested host. */
  checkOrigin(origin: string, request: IncomingMessage): void;
}

/** Maximum characters of a name or an origin in errors and logs. */
const quotedChars = 100;

/**
 * Decides which pages may use the server, on every transport alike. Browsers name the page in `Origin` and the server in
 * `Host`. The host is checked because a page can point its own name at this server's address (DNS rebinding): its requests
 * then count as same-origin and carry no Origin, but `Host` is still the page's own name.
 */
export function createOriginPolicy(
  { allowedOrigins, allowedHosts }: Pick<Config, 'allowedOrigins' | 'allowedHosts'>,
  source: Pick<RequestSource, 'host'>,
): OriginPolicy {
  /** The last Host header that was accepted without a look at this machine's addresses, which may change. Most clients send the same one. */
  let acceptedHost: string | undefined;

  const isAlwaysAccepted = (name: string) => isLoopback(name) || allowedHosts.includes(name);

  function checkName(name: string): void {
    if (isAlwaysAccepted(name) || isInterfaceAddress(name)) return;
    throw new EarshotError('HOST_REFUSED', {
      message: `This server does not accept the host name “${quoted(name)}”. Its operator can add the name to ALLOWED_HOSTS.`,
    });
  }

  function checkHost(request: IncomingMessage): void {
    const asked = source.host(request);
    if (asked === undefined || allowedHosts === 'any') return; // browsers always send a Host
    const { host } = request.headers;
    if (asked === host && host === acceptedHost) return;
    const name = hostnameOf(asked);
    checkName(name);
    if (asked === host) {
      if (isAlwaysAccepted(name)) acceptedHost = host;
      return;
    }
    // A proxy may forward the host that its client asked for. A page that bypasses the proxy can send the same header, but
    // not without its own Host. A name without dots belongs to the local network, for example a container.
    const received = hostnameOf(host ?? asked);
    if (received.includes('.') || received === '') checkName(received);
  }

  function isAllowed(origin: string, request: IncomingMessage): boolean {
    if (allowedOrigins === 'any') return true;
    if (allowedOrigins !== 'own') return allowedOrigins.includes(origin);
    const url = /^https?:/.test(origin) && URL.canParse(origin) ? new URL(origin) : null;
    return url !== null && (url.host === source.host(request)?.toLowerCase() || isLoopback(hostnameOf(url.host)));
  }

  function checkOrigin(origin: string, request: IncomingMessage): void {
    if (isAllowed(origin, request)) return;
    throw new EarshotError('ORIGIN_REFUSED', {
      message: `Pages of “${quoted(origin)}” are not allowed to use this server. Its operator can add the origin to ALLOWED_ORIGINS.`,
    });
  }

  return {
    allowsAnyOrigin: allowedOrigins === 'any',
    allows: (request) => request.headers.origin !== undefined && isAllowed(request.headers.origin, request),
    check: (request) => {
      checkHost(request);
      const { origin } = request.headers;
      if (origin !== undefined) checkOrigin(origin, request);
    },
    checkOrigin,
  };
}

/** The name or address in a Host header: in lower case, without port, brackets and final dot. */
function hostnameOf(host: string): string {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host.toLowerCase()) ?? [];
  return bracketed ?? plain.replace(/\.$/, '');
}

function isLoopback(name: string): boolean {
  if (isIP(name) !== 0) return name === '::1' || (isIPv4(name) && name.startsWith('127.'));
  return name === 'localhost' || name.endsWith('.localhost');
}

function quoted(text: string): string {
  return text.length > quotedChars ? `${text.slice(0, quotedChars)}…` : text;
}
