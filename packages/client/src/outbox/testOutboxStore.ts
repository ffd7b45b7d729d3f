import type { OutboxStore, StoredMessage } from './outboxStore.ts';

interface MemoryStore extends OutboxStore {
  /** What it holds. */
  kept(): readonly StoredMessage[];
  /** As if another page that shared the store had gone, and left these. */
  leave(...messages: StoredMessage[]): void;
}

/** For tests: a store that outlives a client. */
export function memoryStore(...messages: StoredMessage[]): MemoryStore {
  const kept = new Map(messages.map((message) => [message.clientMessageId, message]));
  let adopt: Parameters<OutboxStore['load']>[1] = () => {};
  return {
    kept: () => [...kept.values()],
    leave: (...left) => adopt(left),
    load: async (_sender, onLeft) => {
      adopt = onLeft;
      return [...kept.values()];
    },
    put: async (message) => void kept.set(message.clientMessageId, message),
    remove: async (clientMessageId) => void kept.delete(clientMessageId),
  };
}
