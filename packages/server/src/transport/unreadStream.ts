import type { ServerResponse } from 'node:http';

const defaultTimeoutMs = 30_000;
const checksPerTimeout = 10;

/** Cuts off a stream of server-sent events whose client reads none of the unsent data for `timeoutMs`. Calls `onCut` first. */
export function closeUnreadStream(response: ServerResponse, onCut: () => void, timeoutMs = defaultTimeoutMs): void {
  let sentBefore = -1;
  let silentChecks = 0;
  const timer = setInterval(() => {
    const { socket } = response;
    if (socket === null) return;
    // `bytesWritten` includes unsent bytes.
    const sent = socket.bytesWritten - socket.writableLength;
    silentChecks = socket.writableLength > 0 && sent === sentBefore ? silentChecks + 1 : 0;
    sentBefore = sent;
    if (silentChecks < checksPerTimeout) return;
    clearInterval(timer);
    onCut();
    response.destroy();
  }, timeoutMs / checksPerTimeout).unref();
  response.once('close', () => clearInterval(timer));
  if (response.destroyed) clearInterval(timer);
}
