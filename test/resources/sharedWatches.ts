import { parsePosition } from '@earshot/shared';
import { collect, eventually } from './collect.ts';
import { somewhere } from './places.ts';
import { openRaw, type RawSocket } from './rawSocket.ts';
import { startEmbedded, type TestServer } from './server.ts';
import { type StockClient, stockClient } from './stockClient.ts';

/** The request of a watch. */
export const watching = (id: number | string, roomId: string, more: Record<string, unknown> = {}) => ({
  id,
  method: 'subscription',
  params: { path: 'rooms.watch', input: { json: { roomId, history: 10 } }, ...more },
});

/** A watcher whose frames are collected as text. */
export async function openWatch(server: TestServer, roomId: string, subscription: object): Promise<RawSocket & Texts> {
  const raw = await openRaw(server.url, { identity: { username: 'Wanda' } });
  const texts = collect<string>();
  raw.ws.on('message', (data) => texts.push(String(data)));
  raw.send({ id: 'join', method: 'mutation', params: { path: 'rooms.join', input: { json: { roomId } } } });
  await texts.until((text) => text.startsWith('{"id":"join"'));
  raw.send(subscription);
  return Object.assign(raw, { texts });
}

export interface Texts {
  texts: ReturnType<typeof collect<string>>;
}

/** The numbers of the changes received with that request id. */
export function receivedChanges(all: readonly string[], id: number | string): string[] {
  return all.flatMap((text) => {
    const frame = JSON.parse(text);
    const change = frame.id === id && String(frame.result?.data?.json?.data?.type).startsWith('message.');
    return change ? [String(parsePosition(frame.result.id).seq)] : [];
  });
}

/** The numbers of changes as text, both limits included. */
export const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

export async function sendMany({ api }: StockClient, roomId: string, count: number, content = 'hello'): Promise<void> {
  const sends = Array.from({ length: count }, () => api.messages.send.mutate({ roomId, content }));
  await Promise.all(sends);
}

export async function makeRoom({ api }: StockClient): Promise<string> {
  return (await api.rooms.join.mutate({ location: somewhere() })).room.id;
}

/** An embedded server, and Ada in a room. */
export async function startRoom(options?: Parameters<typeof startEmbedded>[0]) {
  await using stack = new AsyncDisposableStack();
  const { a: server } = stack.use(await startEmbedded(options));
  const ada = stack.use(stockClient(server.url, { username: 'Ada' }));
  const roomId = await makeRoom(ada);
  const owned = stack.move();
  return {
    ...{ server, ada, roomId },
    /** Another user's watch of the room with that request id, once it is requested. */
    openWatch: (id: number | string, more?: object) => openWatch(server, roomId, watching(id, roomId, { ...more })),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Resolves when that many watches share their frames. */
export const untilShared = (server: TestServer, count: number) =>
  eventually(() => server.stats().sharedWatchers === count);
