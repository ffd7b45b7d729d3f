/** The URLs of the API, from the server's base URL, e.g. `http://localhost:3001`. Throws a TypeError that describes the problem. */
export function endpoints(base: string | URL): { http: string; webSocket: string } {
  const text = String(base);
  if (!URL.canParse(text)) throw new TypeError(`url: "${text}" is not a URL; expected one like http://localhost:3001`);
  const url = new URL(text);
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  if (!secure && url.protocol !== 'http:' && url.protocol !== 'ws:') {
    throw new TypeError(`url: "${text}" must begin with http:, https:, ws: or wss:`);
  }
  if (url.search || url.hash) throw new TypeError(`url: "${text}" must be the server's base, without ? or #`);
  if (url.username || url.password) throw new TypeError('url: must not hold a name or password');
  const rest = `//${url.host}${url.pathname.replace(/\/+$/, '')}/trpc`;
  return { http: `${secure ? 'https' : 'http'}:${rest}`, webSocket: `${secure ? 'wss' : 'ws'}:${rest}` };
}
