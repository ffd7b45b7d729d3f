import { openRaw, type RawSocket } from './rawSocket.ts';

/** The parts of a frame to a legacy client that tests check. */
export interface LegacyFrame {
  type: string;
  data: Record<string, unknown>;
  code?: string;
  message?: string;
  content?: string;
  id?: string;
  user_id?: string;
  username?: string;
  room_id?: string;
  user_count?: number;
  is_new_room?: boolean;
  is_typing?: boolean;
  messages?: { id: string; content: string }[];
}

const isFrame = (frame: unknown): frame is LegacyFrame =>
  typeof frame === 'object' && frame !== null && 'type' in frame && 'data' in frame;

/** A raw WebSocket on the legacy wire. */
export interface LegacyClient extends RawSocket {
  /** Resolves with the first frame of that type, past or future, that fits. */
  until(type: string, fits?: (frame: LegacyFrame) => boolean, deadlineMs?: number): Promise<LegacyFrame>;
  /** All frames of that type so far. */
  of(type: string): LegacyFrame[];
}

/** A location id that no other test uses, because rooms of the same id on one Redis are one room. */
export function someLocationId(): string {
  const part = () => (Math.random() * 120 - 60).toFixed(7);
  return `${part()}_${part()}`;
}

interface LegacyOptions {
  headers?: Record<string, string>;
  compression?: boolean;
}

export async function openLegacy(url: string, locationId: string, options: LegacyOptions = {}): Promise<LegacyClient> {
  const raw = await openRaw(url, { path: `/ws/${encodeURIComponent(locationId)}`, ...options });
  const isOf =
    (type: string) =>
    (frame: unknown): frame is LegacyFrame =>
      isFrame(frame) && frame.type === type;
  return {
    ...raw,
    until: async (type, fits = () => true, deadlineMs = undefined) => {
      const found = await raw.frames.until((frame) => isOf(type)(frame) && fits(frame), deadlineMs);
      if (!isFrame(found)) throw new Error('not a frame of this wire');
      return found;
    },
    of: (type) => raw.frames.all.filter(isOf(type)),
  };
}

/** Joins the room of the path, and waits for the history. */
export async function joinLegacy(
  url: string,
  locationId: string,
  name: string,
  options?: LegacyOptions,
): Promise<LegacyClient> {
  const client = await openLegacy(url, locationId, options);
  client.send({ type: 'Join', user_id: name.toLowerCase(), username: name });
  await client.until('MessageHistory');
  return client;
}
