/** Removes the token from an address that ends in `#token=…`, so that it stays out of history and bookmarks. Null if there is none. */
export function takeTokenFromAddress(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}
