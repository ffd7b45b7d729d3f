import type { IncomingMessage } from 'node:http';

/**
 * Whether an `Upgrade` header asks for a WebSocket. Any other protocol is ignored, and the request is answered as plain
 * HTTP (RFC 9110, 7.8): `curl --http2` and Java's HttpClient send `Upgrade: h2c` with every first request.
 */
export function asksForWebSocket({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/**
 * Rewrites a request target from absolute form (`GET http://host/path`), which a server must accept, to origin form. Its
 * host replaces the `Host` header (RFC 9112, 3.2.2).
 */
export function toOriginForm(request: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const { url = '/' } = request;
  const absolute = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(url);
  if (absolute === null) return url;
  const [, authority = '', target = ''] = absolute;
  request.headers.host = authority.slice(authority.lastIndexOf('@') + 1);
  request.url = target.startsWith('/') ? target : `/${target}`;
  return request.url;
}
