import type { RoomEvent } from '@earshot/shared';
import type { EarshotApi } from '../api.ts';
import { type KeepSubscribedOptions, keepSubscribed } from '../connection/keepSubscribed.ts';

export interface RoomSubscriptionOptions extends Omit<KeepSubscribedOptions<RoomEvent>, 'subscribe'> {
  trpc: EarshotApi;
  roomId: string;
  /** The number of messages in the snapshot. */
  history: number | undefined;
}

/** Stays subscribed to a room until `retry.signal` aborts. */
export function keepSubscribedToRoom({ trpc, roomId, history, ...options }: RoomSubscriptionOptions): Promise<void> {
  const input = { roomId, ...(history !== undefined && { history }) };
  return keepSubscribed({
    ...options,
    subscribe: (resume, handlers) => trpc.rooms.watch.subscribe({ ...input, ...resume }, handlers),
  });
}
