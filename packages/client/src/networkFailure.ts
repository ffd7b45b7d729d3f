/** The words of `fetch` when no answer comes: they are all that tells this TypeError from one of a fault in a program. */
const words = [
  /^fetch failed$/, // Node
  /^terminated$/, // Node, when the answer breaks off
  /^Failed to fetch/, // Chromium; newer ones add the host
  /^network error$/, // Chromium, when the answer breaks off
  /^NetworkError /, // Firefox
  /^(Load failed|The network connection was lost|The Internet connection appears to be offline)/, // Safari
  /^Network request failed$/, // React Native
  /^error sending request/, // Deno
];

/** Whether this is what `fetch` rejects with when the network fails; the standard asks for a bare TypeError. */
export function isNetworkFailure(error: unknown): boolean {
  if (!(error instanceof TypeError)) return false;
  return words.some((pattern) => pattern.test(error.message)) || hasSystemCode(error.cause);
}

/** A code of the operating system or of Node's HTTP client: ECONNREFUSED, UND_ERR_SOCKET; not ERR_INVALID_URL. */
function hasSystemCode(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return false;
  return /^(?!ERR_)(E|UND_ERR_)[A-Z_]+$/.test(cause.code);
}
