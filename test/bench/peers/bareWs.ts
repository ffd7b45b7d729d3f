import { type FileHandle, open } from 'node:fs/promises';
import type { Message } from '@earshot/shared';
import { type WebSocket, WebSocketServer } from 'ws';
import { announce, newMessage } from './message.ts';

/**
 * The fastest broadcast that is easily written by hand: one string, and `send` for each socket of the room. With
 * `LOG_FILE`, each message is flushed to that file before it is sent; with `MONGODB_URI`, it is inserted there.
 */

interface Frame {
  id: number;
  watch?: string;
  roomId?: string;
  content?: string;
}

const rooms = new Map<string, Set<WebSocket>>();
const log = process.env.LOG_FILE === undefined ? null : await open(process.env.LOG_FILE, 'a');
let logged = Promise.resolve();
const store = process.env.MONGODB_URI === undefined ? null : (await import('./storeMessage.ts')).storeMessage;

/** Stores the message, if that is wanted, and then calls `then`. A log is written in the order of the calls. */
function keep(message: Message, text: string, then: () => void): void {
  if (log !== null) logged = logged.then(() => flush(log, text)).then(then);
  else if (store !== null) void store(message).then(then);
  else then();
}

async function flush(file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text);
  await file.datasync();
}

const wss = new WebSocketServer({ host: '127.0.0.1', port: 0 });

function watchersOf(roomId: string): Set<WebSocket> {
  const watchers = rooms.get(roomId) ?? new Set();
  rooms.set(roomId, watchers);
  return watchers;
}

wss.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { id, watch, roomId = '', content = '' }: Frame = JSON.parse(String(data));
    if (watch === undefined) {
      const message = newMessage(roomId, content);
      const text = JSON.stringify({ type: 'message.created', message });
      keep(message, text, () => {
        for (const watcher of watchersOf(roomId)) watcher.send(text);
        socket.send(JSON.stringify({ answer: id }));
      });
    } else {
      const watchers = watchersOf(watch).add(socket);
      socket.on('close', () => watchers.delete(socket));
      socket.send(JSON.stringify({ answer: id }));
    }
  });
});
wss.on('listening', () => announce(wss.address()));
