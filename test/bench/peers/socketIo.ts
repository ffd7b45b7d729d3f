import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { announce, newMessage } from './message.ts';
import { storeMessage } from './storeMessage.ts';

/** Rooms in Socket.IO, with its Redis adapter. */

const publisher = new Redis(process.env.REDIS_URL ?? '');
const subscriber = publisher.duplicate();
const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  transports: ['websocket'],
  serveClient: false,
});

io.on('connection', (socket) => {
  socket.on('watch', async (roomId: string, done: () => void) => {
    await socket.join(roomId);
    done();
  });
  socket.on('send', async (roomId: string, content: string, done: (id: string) => void) => {
    const message = newMessage(roomId, content);
    await storeMessage(message);
    io.to(roomId).emit('message.created', message);
    done(message.id);
  });
});
http.listen(0, '127.0.0.1', () => announce(http.address()));
