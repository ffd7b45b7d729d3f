import { somewhere } from './places.ts';
import type { SharedDeployment } from './sharedDeployment.ts';
import { stockClient } from './stockClient.ts';
import type { TransportClient } from './transports.ts';

type Connect = (url: string, identity: Record<string, string>) => TransportClient;

/** A room that Ada made, which she moderates on instance A, and in which Bob is a member and watches on instance B. */
export async function createModerated({ a, b }: Pick<SharedDeployment, 'a' | 'b'>, connect: Connect = stockClient) {
  const stack = new DisposableStack();
  const suffix = crypto.randomUUID();
  const [adaId, bobId] = [`ada ${suffix}`, `bob ${suffix}`];
  const ada = stack.use(connect(a.url, { username: 'Ada', userId: adaId }));
  const bob = stack.use(connect(b.url, { username: 'Bob', userId: bobId }));
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  await bob.api.rooms.join.mutate({ roomId: room.id });
  const watch = stack.use(bob.watch(room.id));
  await watch.until(({ event }) => event.type === 'snapshot');
  const scope = { type: 'room', roomId: room.id } as const;
  const send = (content = 'hi') => bob.api.messages.send.mutate({ roomId: room.id, content });
  return { ada, bob, adaId, bobId, room, scope, watch, send, [Symbol.dispose]: () => stack.dispose() };
}

/** The error of a call that was refused. */
export const refusal = (errorCode: string, more: object = {}) => ({ data: { errorCode, ...more } });

const scope = { type: 'room', roomId: 'ROOM' };

/** Valid inputs. Optional fields end in `?`. */
export const sanctionInputs: Record<string, Record<string, unknown>> = {
  'me.sanctions': { 'roomId?': 'ROOM' },
  'moderation.mute': { scope: scope, userId: 'someone', 'lastsMs?': 1_000, 'reason?': 'x' },
  'moderation.ban': { scope: scope, userId: 'someone', 'lastsMs?': 1_000, 'reason?': 'x' },
  'moderation.kick': { roomId: 'ROOM', userId: 'someone', 'reason?': 'x' },
  'moderation.setRetention': { roomId: 'ROOM', days: 30, 'reason?': 'x' },
  'moderation.setSlowMode': { roomId: 'ROOM', intervalMs: 1_000, 'lastsMs?': 1_000, 'reason?': 'x' },
  'moderation.setLocked': { roomId: 'ROOM', on: true, 'lastsMs?': 1_000, 'reason?': 'x' },
  'moderation.setClosed': { roomId: 'ROOM', on: true, 'lastsMs?': 1_000, 'reason?': 'x' },
  'moderation.lift': { sanctionId: 'SANCTION' },
  'moderation.sanctions': { scope: scope },
  'moderation.users': { scope: scope, text: 'x', 'cursor?': '["x","someone"]', 'limit?': 1 },
  'moderation.user': { scope: scope, userId: 'someone' },
};

/** A message of Bob and a report of Cleo about it. */
export async function fileReport(url: string, roomId: string): Promise<[messageId: string, reportId: string]> {
  using bob = stockClient(url, { username: 'Bob' });
  using cleo = stockClient(url, { username: 'Cleo' });
  await bob.api.rooms.join.mutate({ roomId });
  const { id: messageId } = await bob.api.messages.send.mutate({ roomId, content: 'hello' });
  return [messageId, (await cleo.api.reports.file.mutate({ roomId, messageId, reason: 'spam' })).id];
}
