import { type FileHandle, open } from 'node:fs/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { announce, newMessage } from './message.ts';

/**
 * The fastest broadcast that is easily written by hand: one string, and `send` for each socket of the room. With
 * `LOG_FILE`, each message is flushed to that file before it is sent.
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

/** Writes the text to the log, if there is one, and then calls `then`, in the order of the calls. */
function keep(text: string, then: () => void): void {
  if (log === null) then();
  else logged = logged.then(() => flush(log, text)).then(then);
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
      const text = JSON.stringify({ type: 'message.created', message: newMessage(roomId, content) });
      keep(text, () => {
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
