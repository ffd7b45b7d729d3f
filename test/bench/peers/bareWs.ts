import { type WebSocket, WebSocketServer } from 'ws';
import { announce, newMessage } from './message.ts';

/** The fastest broadcast that is written by hand in an evening: one string, and `send` for each socket of the room. */

interface Frame {
  id: number;
  watch?: string;
  roomId?: string;
  content?: string;
}

const rooms = new Map<string, Set<WebSocket>>();
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
      for (const watcher of watchersOf(roomId)) watcher.send(text);
    } else {
      const watchers = watchersOf(watch).add(socket);
      socket.on('close', () => watchers.delete(socket));
    }
    socket.send(JSON.stringify({ answer: id }));
  });
});
wss.on('listening', () => announce(wss.address()));
