import { createEarshotClient, type EarshotClient, type RoomTarget, type RoomWatch } from '@earshot/client';
import type { RoomEvent } from '@earshot/shared';
import type { WebSocket } from 'ws';
import { EventLog, untilAborted } from './eventLog.ts';
import { type Identity, trpcIdentity } from './identity.ts';
import { observedSocket } from './observedSocket.ts';
import type { ObservedEvent, Participant, ScenarioDriver, ScenarioDriverOptions } from './participant.ts';
import { sendBadTrpcFrames } from './sendBadTrpcFrames.ts';
import { targetOf } from './watchTrpc.ts';

/** Runs scenarios over tRPC, with the regular client. Without a given room, it creates one far from all other users. */
export function trpcDriver({ base, room, users, signal }: ScenarioDriverOptions): ScenarioDriver {
  let target: RoomTarget = room === null ? { location: pointNemo(), searchRadius: 0 } : targetOf(room);
  const enter = async (user: 0 | 1): Promise<Participant> => {
    const participant = await enterRoom({ base, target, identity: users[user], signal });
    target = { roomId: participant.roomId };
    return participant;
  };
  return {
    enter,
    sendBadFrames: () => sendBadTrpcFrames({ base, identity: users[0], signal }),
  };
}

/** A random point near the point of the oceans that is farthest from any land. */
function pointNemo() {
  return { latitude: -48.88 + Math.random() - 0.5, longitude: -123.39 + Math.random() - 0.5 };
}

interface EnterOptions {
  base: string;
  target: RoomTarget;
  identity: Identity;
  signal: AbortSignal;
}

async function enterRoom({ base, target, identity, signal }: EnterOptions): Promise<Participant & { roomId: string }> {
  const sockets = new Set<WebSocket>();
  const WebSocket = observedSocket({ frame: () => {}, note: () => {} }, (socket) => sockets.add(socket));
  const client = createEarshotClient({ url: base, ...trpcIdentity(identity), WebSocket, backoff: { baseMs: 300 } });
  const eventLog = new EventLog(signal);
  const start = Promise.withResolvers<string[]>();
  const onEvent = (event: RoomEvent) => {
    if (event.type === 'snapshot') start.resolve(event.messages.map(({ content }) => content));
    const observed = readEvent(event);
    if (observed !== null) eventLog.push(observed);
  };
  try {
    const watch = await untilAborted<RoomWatch>(signal, 'the room', (resolve, reject) => {
      client.watchRoom(target, { onEvent }).then(resolve, reject);
      rejectIfOffline(client, reject);
    });
    const history = await untilAborted<string[]>(signal, 'the room’s history', (resolve, reject) => {
      start.promise.then(resolve, reject);
      rejectIfRefused(watch, reject);
    });
    return {
      name: identity.username,
      roomId: watch.room.id,
      history,
      events: eventLog.events,
      until: (description, matches) => eventLog.until(description, matches),
      send: async (text) => void (await watch.send(text)),
      disconnect: () => {
        for (const socket of sockets) socket.terminate();
      },
      reconnect: () => untilLive(watch, signal),
      [Symbol.asyncDispose]: async () => {
        // A name generated for the scenario must not stay a member. A user with a token may have been a member before.
        if (identity.token === undefined && !signal.aborted) await watch.leave().catch(() => {});
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Fails the scenario when there is no connection; the client itself would keep retrying. */
function rejectIfOffline({ connection }: EarshotClient, reject: (error: Error) => void): void {
  const check = () => {
    const { status, error } = connection.get();
    if (status === 'offline') reject(error ?? new Error('no connection'));
  };
  connection.subscribe(check);
  check();
}

/** Fails the scenario when the join is rejected; the client itself would wait for a full room. */
function rejectIfRefused({ state }: RoomWatch, reject: (error: Error) => void): void {
  const check = () => {
    const { error } = state.get();
    if (error !== null) reject(error);
  };
  state.subscribe(check);
  check();
}

function untilLive({ state }: RoomWatch, signal: AbortSignal): Promise<void> {
  return untilAborted(signal, 'the room after the reconnect', (resolve, reject) => {
    const check = () => {
      const { status, error } = state.get();
      if (status === 'stopped') reject(error ?? new Error('the subscription stopped'));
      if (status === 'live') resolve();
    };
    state.subscribe(check);
    check();
  });
}

function readEvent(event: RoomEvent): ObservedEvent | null {
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
