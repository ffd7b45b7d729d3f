import { asEarshotError, createEarshotClient, type RoomTarget, type RoomWatch } from '@earshot/client';
import type { FrameObserver, Observer } from './frame.ts';
import { type Identity, trpcIdentity } from './identity.ts';
import { observedSocket } from './observedSocket.ts';
import type { RoomName } from './target.ts';

interface TrpcWatchOptions {
  base: string;
  room: RoomName;
  identity: Identity;
  observer: FrameObserver;
  /** Whether the monitor generated its name: then the membership ends with the watch. */
  leaves: boolean;
}

/** Watches a room over tRPC with the regular client, which reconnects and resumes by itself. */
export function watchTrpc({ base, room, identity, observer, leaves }: TrpcWatchOptions): Observer {
  const client = createEarshotClient({ url: base, ...trpcIdentity(identity), WebSocket: observedSocket(observer) });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let watch: RoomWatch | null = null;

  const fail = (error: unknown) => {
    observer.note(asEarshotError(error).message);
    end();
  };
  client.watchRoom(targetOf(room)).then((joined) => {
    watch = joined;
    observer.note(`in “${joined.room.name}” (${joined.room.id})`);
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
      // Without a connection, `leave` would wait for one.
      if (leaves && watch !== null && client.connection.get().status === 'open') await watch.leave().catch(() => {});
      await client.close();
    },
  };
}

export function targetOf(room: RoomName): RoomTarget {
  return 'id' in room ? { roomId: room.id } : { location: room.location };
}
