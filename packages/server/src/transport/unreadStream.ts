import type { ServerResponse } from 'node:http';

const defaultPatienceMs = 30_000;
const looksPerPatience = 10;

/** Cuts off a stream of server-sent events when its client reads nothing of what is unsent for `patienceMs`; calls `onCut` first. */
export function cutOffUnread(response: ServerResponse, onCut: () => void, patienceMs = defaultPatienceMs): void {
  let sentBefore = -1;
  let looks = 0;
  const timer = setInterval(() => {
    const { socket } = response;
    if (socket === null) return;
    // `bytesWritten` counts what is unsent too.
    const sent = socket.bytesWritten - socket.writableLength;
    looks = socket.writableLength > 0 && sent === sentBefore ? looks + 1 : 0;
    sentBefore = sent;
    if (looks < looksPerPatience) return;
    clearInterval(timer);
    onCut();
    response.destroy();
  }, patienceMs / looksPerPatience).unref();
  response.once('close', () => clearInterval(timer));
  if (response.destroyed) clearInterval(timer);
}
