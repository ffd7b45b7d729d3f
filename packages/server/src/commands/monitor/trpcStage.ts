import { createEarshotClient, type EarshotClient, type RoomTarget, type RoomWatch } from '@earshot/client';
import type { RoomEvent } from '@earshot/shared';
import type { WebSocket } from 'ws';
import { Ears, untilAborted } from './ears.ts';
import { misbehaveTrpc } from './misbehaveTrpc.ts';
import type { Heard, Participant, Stage } from './participant.ts';
import type { StageOptions } from './run.ts';
import { tappedSocket } from './tappedSocket.ts';
import { targetOf } from './watchTrpc.ts';
import { trpcIdentity, type Who } from './who.ts';

/** Scenarios over tRPC, by the ordinary client. Without a room given, they make one far from everybody. */
export function trpcStage({ base, room, users, signal }: StageOptions): Stage {
  let target: RoomTarget = room === null ? { location: pointNemo(), searchRadius: 0 } : targetOf(room);
  const enter = async (user: 0 | 1): Promise<Participant> => {
    const participant = await enterRoom({ base, target, who: users[user], signal });
    target = { roomId: participant.roomId };
    return participant;
  };
  return {
    enter,
    misbehave: () => misbehaveTrpc({ base, who: users[0], signal }),
  };
}

/** The point of the oceans that is farthest from any land, and a bit beside it. */
function pointNemo() {
  return { latitude: -48.88 + Math.random() - 0.5, longitude: -123.39 + Math.random() - 0.5 };
}

interface EnterOptions {
  base: string;
  target: RoomTarget;
  who: Who;
  signal: AbortSignal;
}

async function enterRoom({ base, target, who, signal }: EnterOptions): Promise<Participant & { roomId: string }> {
  const sockets = new Set<WebSocket>();
  const WebSocket = tappedSocket({ frame: () => {}, note: () => {} }, (socket) => sockets.add(socket));
  const client = createEarshotClient({ url: base, ...trpcIdentity(who), WebSocket, backoff: { baseMs: 300 } });
  const ears = new Ears(signal);
  const start = Promise.withResolvers<string[]>();
  const onEvent = (event: RoomEvent) => {
    if (event.type === 'snapshot') start.resolve(event.messages.map(({ content }) => content));
    const heard = readEvent(event);
    if (heard !== null) ears.hear(heard);
  };
  try {
    const watch = await untilAborted<RoomWatch>(signal, 'the room', (resolve, reject) => {
      client.watchRoom(target, { onEvent }).then(resolve, reject);
      failOffline(client, reject);
    });
    const history = await untilAborted<string[]>(signal, 'the room’s history', (resolve, reject) => {
      start.promise.then(resolve, reject);
      failRefused(watch, reject);
    });
    return {
      name: who.username,
      roomId: watch.room.id,
      history,
      heard: ears.heard,
      until: (what, fits) => ears.until(what, fits),
      say: async (text) => void (await watch.send(text)),
      breakLine: () => {
        for (const socket of sockets) socket.terminate();
      },
      comeBack: () => untilLive(watch, signal),
      [Symbol.asyncDispose]: async () => {
        // A name made up for the scenario must not stay a member; a user with a token may have been one before.
        if (who.token === undefined && !signal.aborted) await watch.leave().catch(() => {});
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** The client would go on trying; a scenario that finds no server has its answer. */
function failOffline({ connection }: EarshotClient, reject: (error: Error) => void): void {
  const look = () => {
    const { status, error } = connection.get();
    if (status === 'offline') reject(error ?? new Error('no connection'));
  };
  connection.subscribe(look);
  look();
}

/** Nor does it wait for a place in a full room. */
function failRefused({ state }: RoomWatch, reject: (error: Error) => void): void {
  const look = () => {
    const { error } = state.get();
    if (error !== null) reject(error);
  };
  state.subscribe(look);
  look();
}

function untilLive({ state }: RoomWatch, signal: AbortSignal): Promise<void> {
  return untilAborted(signal, 'the way back into the room', (resolve, reject) => {
    const look = () => {
      const { status, error } = state.get();
      if (status === 'stopped') reject(error ?? new Error('the watch stopped'));
      if (status === 'live') resolve();
    };
    state.subscribe(look);
    look();
  });
}

function readEvent(event: RoomEvent): Heard | null {
  switch (event.type) {
    case 'message.created':
      return { kind: 'message', from: event.message.username, text: event.message.content };
    case 'user.joined':
      return { kind: 'joined', name: event.user.username };
    case 'user.left':
      return { kind: 'left', name: event.user.username };
    default:
      return null;
  }
}
