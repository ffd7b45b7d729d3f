import type { IncomingMessage } from 'node:http';

/**
 * Rewrites a request target from absolute form (`GET http://host/path`), which a server must accept, to origin form. Its
 * host replaces the `Host` header (RFC 9112, 3.2.2).
 */
export function toOriginForm(request: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const { url = '/' } = request;
  if (url.startsWith('/')) return url;
  const absolute = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(url);
  if (absolute === null) return url;
  const [, authority = '', target = ''] = absolute;
  request.headers.host = authority.slice(authority.lastIndexOf('@') + 1);
  request.url = target.startsWith('/') ? target : `/${target}`;
  return request.url;
}
