import { asEarshotError, createEarshotClient, type RoomTarget, type RoomWatch } from '@earshot/client';
import type { Observer, Sink } from './observer.ts';
import { tappedSocket } from './tappedSocket.ts';
import type { RoomName } from './target.ts';
import { trpcIdentity, type Who } from './who.ts';

interface WatchOptions {
  base: string;
  room: RoomName;
  who: Who;
  sink: Sink;
  /** Whether the name is the monitor's own: then the membership ends with the watch. */
  leaves: boolean;
}

/** Watches a room over tRPC, with the ordinary client: it comes back by itself, and resumes. */
export function watchTrpc({ base, room, who, sink, leaves }: WatchOptions): Observer {
  const client = createEarshotClient({ url: base, ...trpcIdentity(who), WebSocket: tappedSocket(sink) });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let watch: RoomWatch | null = null;

  const fail = (error: unknown) => {
    sink.note(asEarshotError(error).message);
    end();
  };
  client.watchRoom(targetOf(room)).then((joined) => {
    watch = joined;
    sink.note(`in “${joined.room.name}” (${joined.room.id})`);
    joined.state.subscribe(({ status, error }) => {
      if (status === 'stopped' && error !== null) fail(error);
    });
  }, fail);

  return {
    get joined() {
      return watch !== null;
    },
    ended,
    stop: async () => {
      // Without a connection there is nobody to take leave of, and no sense in waiting for one.
      if (leaves && watch !== null && client.connection.get().status === 'open') await watch.leave().catch(() => {});
      await client.close();
    },
  };
}

export function targetOf(room: RoomName): RoomTarget {
  return 'id' in room ? { roomId: room.id } : { location: room.location };
}
