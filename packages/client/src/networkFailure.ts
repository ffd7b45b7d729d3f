/**
 * The messages of `fetch` for network failures, which the standard does not define: of Node (the second when the response breaks off),
 * Chromium (newer ones add the host; the second when the response breaks off), Firefox, Safari (three), React Native and Deno.
 */
const failure =
  /^(fetch failed$|terminated$|Failed to fetch|network error$|NetworkError |Load failed|The network connection was lost|The Internet connection appears to be offline|Network request failed$|error sending request)/;

/**
 * Whether `fetch` rejected with this error because of a network failure. The standard requires a plain TypeError without a code, so in
 * browsers only its message distinguishes it from a programming error. It is needed only for errors from a `fetch` that belongs to the
 * user. The client's own calls are wrapped in `networkFetch`, which needs no messages.
 */
export function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError && (failure.test(error.message) || hasSystemCode(error.cause));
}

/** A code of the operating system or of Node's HTTP client: ECONNREFUSED, UND_ERR_SOCKET; not ERR_INVALID_URL. */
function hasSystemCode(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return false;
  return /^(?!ERR_)(E|UND_ERR_)[A-Z_]+$/.test(cause.code);
}
