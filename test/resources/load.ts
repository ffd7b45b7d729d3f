import type { Message } from '@earshot/shared';
import { within } from './collect.ts';
import type { StockClient } from './stockClient.ts';

export interface Load {
  /** The acknowledged messages. */
  readonly acknowledged: readonly Message[];
  /** The errors of failed sends. With `retry`, these were repeated. */
  readonly errors: readonly unknown[];
  /** Stops sending; resolves when all sends in flight are answered. */
  stop(): Promise<void>;
}

interface LoadOptions {
  roomId: string;
  /** Milliseconds between two sends of one sender. */
  everyMs?: number;
  /** Repeats a failed send with the same `clientMessageId` until it succeeds. Without it, the message is given up. */
  retry?: boolean;
}

/** Every client sends numbered messages, one after another, until stopped. */
export function sendSteadily(
  clients: readonly StockClient[],
  { roomId, everyMs = 20, retry = false }: LoadOptions,
): Load {
  const acknowledged: Message[] = [];
  const errors: unknown[] = [];
  let going = true;

  /** The ids of the messages in flight. */
  const open = new Set<string>();

  async function send(client: StockClient, clientMessageId: string): Promise<void> {
    open.add(clientMessageId);
    await trySend(client, clientMessageId);
    open.delete(clientMessageId);
  }

  async function trySend({ api }: StockClient, clientMessageId: string): Promise<void> {
    const input = { roomId, content: clientMessageId, clientMessageId };
    for (;;) {
      try {
        acknowledged.push(await api.messages.send.mutate(input));
        return;
      } catch (error) {
        errors.push(error);
        if (!retry) return;
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
    }
  }
  const senders = clients.map(async (client, sender) => {
    for (let n = 0; going; n++) {
      await send(client, `${sender}/${n}`);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  });
  return {
    acknowledged,
    errors,
    async stop() {
      going = false;
      await within(Promise.all(senders), () => `not acknowledged: ${[...open].join(', ')}; ${String(errors.at(-1))}`);
    },
  };
}

/** All messages of a room, oldest first. */
export async function wholeHistory({ api }: StockClient, roomId: string): Promise<Message[]> {
  const all: Message[] = [];
  for (let after = 0; ; ) {
    const { messages, hasMore } = await api.messages.history.query({ roomId, after, limit: 100 });
    all.push(...messages);
    after = messages.at(-1)?.seq ?? after;
    if (!hasMore) return all;
  }
}
