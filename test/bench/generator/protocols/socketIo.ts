import type { Caller, Protocol } from './protocol.ts';

/** Socket.IO 4 (Engine.IO 4), WebSocket from the start. */
export const socketIo: Protocol = {
  path: '/socket.io/?EIO=4&transport=websocket',
  beats: new Map([['2', '3']]),

  /** `43<id>[...]` acknowledges an event; `40{...}` answers the connection, which uses the first id. */
  answer(head) {
    if (head.startsWith('40')) return { id: 1, ok: true };
    const [, id] = /^43(\d+)\[/.exec(head) ?? [];
    return id === undefined ? null : { id: Number(id), ok: true };
  },

  async greet(link) {
    await link.call(() => '40');
  },

  makeRoom: async (_link, number) => `room-${number}`,

  join: async () => {},

  async watch(link, roomId) {
    await emit(link, 'watch', roomId);
  },

  async send(link, roomId, content) {
    await emit(link, 'send', roomId, content);
  },
};

function emit(link: Caller, event: string, ...args: string[]): Promise<Buffer> {
  return link.call((id) => `42${id}${JSON.stringify([event, ...args])}`);
}
