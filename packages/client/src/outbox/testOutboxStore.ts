import type { OutboxStore, StoredMessage } from './outboxStore.ts';

interface MemoryStore extends OutboxStore {
  /** The messages in the store. */
  messages(): readonly StoredMessage[];
  /** Simulates that another page that shares the store is closed and leaves these messages. */
  closePage(...messages: StoredMessage[]): void;
}

/** For tests: a store that outlives a client. */
export function memoryStore(...messages: StoredMessage[]): MemoryStore {
  const stored = new Map(messages.map((message) => [message.clientMessageId, message]));
  let adopt: Parameters<OutboxStore['load']>[1] = () => {};
  return {
    messages: () => [...stored.values()],
    closePage: (...left) => adopt(left),
    load: async (_sender, onLeft) => {
      adopt = onLeft;
      return [...stored.values()];
    },
    put: async (message) => void stored.set(message.clientMessageId, message),
    remove: async (clientMessageId) => void stored.delete(clientMessageId),
  };
}
