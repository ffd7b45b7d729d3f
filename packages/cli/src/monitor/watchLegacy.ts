import { setTimeout as delay } from 'node:timers/promises';
import { errorEntry, isErrorCode } from '@earshot/shared';
import type { WebSocket } from 'ws';
import type { FrameObserver, Observer } from './frame.ts';
import { legacyTypes } from './frameTypes.ts';
import { type Identity, legacyClaim } from './identity.ts';
import { parseJson, stringField } from './json.ts';
import { observedSocket } from './observedSocket.ts';
import { legacyAddress, type RoomName } from './target.ts';

interface LegacyWatchOptions {
  base: string;
  room: RoomName;
  identity: Identity;
  observer: FrameObserver;
}

/** Milliseconds before the first and later reconnects. */
const retryDelaysMs = [500, 1_000, 2_000, 5_000, 10_000];

/** Watches a room over the legacy protocol. It can't resume: after a reconnect the server sends the history again. */
export function watchLegacy({ base, room, identity, observer }: LegacyWatchOptions): Observer {
  const stopping = new AbortController();
  let joined = false;
  let refused = false;
  let socket: WebSocket | null = null;

  /** Opens one connection and waits for its end. Resolves to whether the room was reached. */
  async function connect(): Promise<boolean> {
    let reached = false;
    const Socket = observedSocket(observer);
    const opened = new Socket(legacyAddress(base, pathOf(room)));
    socket = opened;
    opened.on('open', () => opened.send(JSON.stringify(joinFrame(room, identity))));
    opened.on('message', (data) => {
      const text = String(data);
      if (legacyTypes('in', text)[0] === 'MessageHistory') reached = joined = true;
      if (reached || !isRefusal(text)) return;
      refused = true;
      opened.close(1000);
    });
    opened.on('unexpected-response', (_request, { statusCode }) => {
      if (isPermanent(statusCode)) refused = true;
    });
    await new Promise((resolve) => opened.once('close', resolve));
    return reached;
  }

  async function keepConnected(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      failures = (await connect()) ? 0 : failures + 1;
      if (refused) return;
      const pause = retryDelaysMs[Math.min(failures, retryDelaysMs.length - 1)];
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const ended = keepConnected();
  return {
    get joined() {
      return joined;
    },
    ended,
    stop: async () => {
      stopping.abort();
      socket?.close(1000);
      await ended;
    },
  };
}

/** Whether another upgrade would get the same answer: any 4xx, except the two that ask for a later retry. */
const isPermanent = (status = 0) => status >= 400 && status < 500 && status !== 408 && status !== 429;

/** Whether the frame is an error that another `Join` would repeat. An expired token counts, because there is no newer one. */
function isRefusal(text: string): boolean {
  const frame = parseJson(text);
  const code = stringField(frame, 'code');
  if (stringField(frame, 'type') !== 'Error' || !isErrorCode(code)) return false;
  return errorEntry(code).retry === 'no' || code === 'TOKEN_EXPIRED';
}

/** `JoinLocalChat` finds the room by coordinates, so the room in the path doesn't matter. */
export const pathOf = (room: RoomName) => ('id' in room ? room.id : 'local');

export function joinFrame(room: RoomName, identity: Identity) {
  if ('id' in room) return { type: 'Join', ...legacyClaim(identity) };
  return { type: 'JoinLocalChat', ...legacyClaim(identity), ...room.location };
}
