import { ConnectionString } from 'mongodb-connection-string-url';

/**
 * Checks connection strings as the libraries that use them parse them. A problem is a sentence that doesn't quote the
 * string, which may contain a password. Null: no problem.
 */

const escapes = 'In user name and password, write special characters as percent escapes, such as %40 for @.';

/** Checks a MongoDB URI of one or more hosts, with or without ports. */
export function mongoUriProblem(text: string): string | null {
  if (!/^mongodb(\+srv)?:\/\//.test(text)) return 'must be a URL that starts with mongodb:// or mongodb+srv://';
  try {
    const { username, password, hosts } = new ConnectionString(text);
    if (!hosts.every((host) => /^(\[[^\]]+\]|[^:]+)(:\d{1,5})?$/.test(host)))
      throw new TypeError('a host or port is invalid');
    decodeURIComponent(username);
    decodeURIComponent(password);
    return null;
  } catch {
    return `must be a connection string like mongodb://user:password@host1:27017,host2:27017/?replicaSet=rs0. ${escapes}`;
  }
}

/** Checks the URL of one Redis. */
export function redisUrlProblem(text: string): string | null {
  if (!/^rediss?:\/\/[^/]/.test(text)) return 'must be a URL that starts with redis:// or rediss://';
  try {
    const { username, password, hostname } = new URL(text);
    decodeURIComponent(username);
    decodeURIComponent(password);
    if (hostname === '') return 'must name a host';
  } catch {
    return `must be a URL like redis://user:password@host:6379/0. ${escapes}`;
  }
  return /^\d{1,5}$/.test(redisDatabase(text))
    ? null
    : 'must name the database by its number, as in redis://host:6379/1';
}

/** The database number in a valid URL, as text. */
export function redisDatabase(url: string): string {
  const { pathname, searchParams } = new URL(url);
  return pathname.replace(/^\//, '') || (searchParams.get('db') ?? '0');
}

/** Checks the URL of a service that decides which tokens are valid. Over plain HTTP, others on the network could change its answers. */
export function trustedUrlProblem(text: string): string | null {
  const problem = fetchedUrlProblem(text);
  if (problem !== null) return problem;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname)
    ? null
    : 'must start with https://, because others on the network can change data that is sent over plain HTTP. Only a service on this machine (localhost, 127.0.0.1, [::1]) may use http://';
}

/** `hostname` as in a parsed URL, where an IPv4 address has one form. */
const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

/** Checks the URL of a document to fetch. */
export function fetchedUrlProblem(text: string): string | null {
  if (!URL.canParse(text) || !/^https?:\/\//.test(text)) return 'must be a URL that starts with https:// or http://';
  const { username, password } = new URL(text);
  return username === '' && password === ''
    ? null
    : 'must not contain a user name or password: fetch rejects such a URL';
}
