import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEarshotClient, type EarshotClient } from '@earshot/client';
import { createLogger, createServer, readConfig } from '@earshot/server';
import { openSqliteStore } from '../../packages/server/src/store/sqlite/sqliteStore.ts';
import { at, idOf, now, pending, place, roomsAround, sceneMessages, timeOf, typing, visitor } from './scene.ts';

export interface World extends AsyncDisposable {
  readonly url: string;
  /** The room with the messages of the scene. */
  readonly roomId: string;
}

/** The store's clock. */
interface Clock {
  time: number;
}

type ClientOf = (username: string) => EarshotClient;

/** Starts a server with the rooms, messages and users of the scene. */
export async function createWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const clock: Clock = { time: now };
  const url = await startServer(clock, stack);
  const clients = new Map<string, EarshotClient>();
  const clientOf = (username: string) => {
    const client = clients.get(username) ?? createEarshotClient({ url, username, userId: idOf(username) });
    clients.set(username, client);
    return client;
  };
  stack.defer(async () => void (await Promise.all(Array.from(clients.values(), (client) => client.close()))));

  const roomId = await sendSceneMessages(clock, clientOf);
  await openRoomsAround(clock, clientOf);
  await clientOf(visitor).close(); // the page takes over this user
  const writing = await clientOf(typing).watchRoom({ roomId });
  const keys = setInterval(() => writing.setTyping(true), 1_000);
  stack.defer(() => clearInterval(keys));
  clock.time = now;

  const held = stack.move();
  return { url, roomId, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** Starts a server that stores the scene's pending messages only when it is stopped. */
async function startServer(clock: Clock, stack: AsyncDisposableStack): Promise<string> {
  const log = createLogger('silent');
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'earshot-world-')));
  const file = join(folder.path, 'earshot.db');
  const store = await openSqliteStore({ file, log, clock: () => clock.time });
  const stopped = Promise.withResolvers<void>();
  const slowStore: typeof store = {
    ...store,
    append: async (message) => {
      if (message.content === pending) await stopped.promise;
      return store.append(message);
    },
  };
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', SEND_RATE: '0' });
  const server = stack.adopt(await createServer(config, { log, drivers: { store: slowStore } }), (one) => one.close());
  stack.defer(() => stopped.resolve());
  return server.url;
}

async function sendSceneMessages(clock: Clock, clientOf: ClientOf): Promise<string> {
  const names = new Set(sceneMessages.map(({ by }) => by));
  const watch = (username: string) => clientOf(username).watchRoom({ location: place });
  const watches = new Map(await inTurn(names, async (name) => [name, await watch(name)] as const));
  let roomId = '';
  for (const sent of sceneMessages) {
    clock.time = timeOf(sent);
    const message = await watches.get(sent.by)?.send(sent.text);
    if (message === undefined) throw new Error(`${sent.by} is not there`);
    const { id: messageId } = message;
    roomId = message.roomId;
    if (sent.edited) await clientOf(sent.by).trpc.messages.edit.mutate({ roomId, messageId, content: sent.edited });
    for (const [emoji, names] of Object.entries(sent.reactions ?? {})) {
      await inTurn(names, (name) => clientOf(name).trpc.messages.react.mutate({ roomId, messageId, emoji, on: true }));
    }
  }
  return roomId;
}

/** The users of the rooms around, and what they send: a room each. */
const openers = [
  ['Mia', 'Who is in for volleyball at seven?'],
  ['Emre', 'The market is open until eight today'],
  ['Zoë', 'Lost a grey scarf near the bridge'],
  ['Aisha', 'Best dumplings around here?'],
  ['Luca', 'Good light for photos right now'],
  ['Hana', 'Chess at the stone tables, anybody?'],
  ['Oleg', 'Tram 12 is late again'],
  ['Ines', 'Free seedlings, corner of the park'],
] as const;

async function openRoomsAround(clock: Clock, clientOf: ClientOf): Promise<void> {
  for (const [index, room] of roomsAround.entries()) {
    clock.time = now - room.minutesAgo * 60_000;
    const [name, text] = openers[index % openers.length] ?? ['Mia', 'Hello'];
    const opener = await clientOf(name).watchRoom({ location: at(room), searchRadius: 1 });
    await opener.send(text);
    const others = Array.from({ length: room.here - 1 }, (_, n) => `${index}.${n}`);
    await inTurn(others, (name) => clientOf(name).watchRoom({ roomId: opener.room.id }));
    if (room.here === 0) opener.close();
  }
}

async function inTurn<T, R>(all: Iterable<T>, work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const one of all) results.push(await work(one));
  return results;
}
