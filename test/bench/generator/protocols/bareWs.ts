import type { Protocol } from './protocol.ts';

/** The JSON frames of the bare broadcast server. */
export const bareWs: Protocol = {
  path: '/',
  beats: new Map(),

  answer(head) {
    const [, id] = /^\{"answer":(\d+)/.exec(head) ?? [];
    return id === undefined ? null : { id: Number(id), ok: true };
  },

  greet: async () => {},

  makeRoom: async (_link, number) => `room-${number}`,

  join: async () => {},

  async watch(link, roomId) {
    await link.call((id) => JSON.stringify({ id, watch: roomId }));
  },

  async send(link, roomId, content) {
    await link.call((id) => JSON.stringify({ id, roomId, content }));
  },
};
