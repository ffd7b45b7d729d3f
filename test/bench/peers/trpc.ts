import { EventEmitter, on } from 'node:events';
import type { Message } from '@earshot/shared';
import { initTRPC, tracked } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import superjson from 'superjson';
import { WebSocketServer } from 'ws';
import { announce, newMessage } from './message.ts';
import { storeMessage } from './storeMessage.ts';

/** Rooms with tRPC's own subscriptions: an event emitter in the process, and an async generator for each watcher. */

type Event = { type: 'snapshot' } | { type: 'message.created'; message: Message };

const t = initTRPC.create({ transformer: superjson });
const rooms = new EventEmitter().setMaxListeners(0);

function readInput(input: unknown): { roomId: string; content: string } {
  if (typeof input !== 'object' || input === null) throw new TypeError('the input is no object');
  const roomId = 'roomId' in input ? String(input.roomId) : '';
  const content = 'content' in input ? String(input.content) : '';
  return { roomId, content };
}

function placeOrRoom(input: unknown): string {
  return readInput(input).roomId || `room-${JSON.stringify(input)}`;
}

const appRouter = t.router({
  rooms: t.router({
    join: t.procedure.input(placeOrRoom).mutation(({ input }) => ({ room: { id: input } })),
    watch: t.procedure.input(readInput).subscription(async function* ({ input, signal }) {
      yield tracked<Event>('0', { type: 'snapshot' });
      for await (const [message] of on(rooms, input.roomId, signal === undefined ? {} : { signal })) {
        yield tracked<Event>(String(message.seq), { type: 'message.created', message });
      }
    }),
  }),
  messages: t.router({
    send: t.procedure.input(readInput).mutation(async ({ input }) => {
      const message = newMessage(input.roomId, input.content);
      await storeMessage(message);
      rooms.emit(input.roomId, message);
      return message;
    }),
  }),
});

const wss = new WebSocketServer({ host: '127.0.0.1', port: 0 });
applyWSSHandler({ wss, router: appRouter });
wss.on('listening', () => announce(wss.address()));
