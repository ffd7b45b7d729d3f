/** The longest window that a client accepts, in milliseconds. */
const longestMs = 5 * 60_000;

/** The close reason with which a server that shuts down asks clients to reconnect at a random moment within some milliseconds. */
export function reconnectReason(reconnectWithinMs: number): string {
  return JSON.stringify({ reconnectWithinMs });
}

/** Returns the milliseconds in a close reason; undefined if it has none. */
export function parseReconnectReason(reason: unknown): number | undefined {
  if (typeof reason !== 'string' || !reason.startsWith('{')) return undefined;
  try {
    const { reconnectWithinMs }: { reconnectWithinMs?: unknown } = JSON.parse(reason);
    if (typeof reconnectWithinMs !== 'number') return undefined;
    return reconnectWithinMs >= 0 ? Math.min(reconnectWithinMs, longestMs) : undefined;
  } catch {
    return undefined;
  }
}
