/** The messages of `fetch` for network failures. Only the message distinguishes this TypeError from one of a programming error. */
const failurePatterns = [
  /^fetch failed$/, // Node
  /^terminated$/, // Node, when the response breaks off
  /^Failed to fetch/, // Chromium; newer ones add the host
  /^network error$/, // Chromium, when the response breaks off
  /^NetworkError /, // Firefox
  /^(Load failed|The network connection was lost|The Internet connection appears to be offline)/, // Safari
  /^Network request failed$/, // React Native
  /^error sending request/, // Deno
];

/** Whether this is a rejection of `fetch` because of a network failure. The standard requires a plain TypeError. */
export function isNetworkFailure(error: unknown): boolean {
  if (!(error instanceof TypeError)) return false;
  return failurePatterns.some((pattern) => pattern.test(error.message)) || hasSystemCode(error.cause);
}

/** A code of the operating system or of Node's HTTP client: ECONNREFUSED, UND_ERR_SOCKET; not ERR_INVALID_URL. */
function hasSystemCode(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return false;
  return /^(?!ERR_)(E|UND_ERR_)[A-Z_]+$/.test(cause.code);
}
