import type { Message } from '@earshot/shared';
import { newId } from '@earshot/shared';

let seq = 0;

/** A message in Earshot's format, so that all systems send the same. */
export function newMessage(roomId: string, content: string): Message {
  seq += 1;
  return {
    id: newId(),
    roomId,
    seq,
    updatedSeq: seq,
    userId: 'publisher-0123456789',
    username: 'publisher',
    content,
    timestamp: new Date(),
    editedAt: null,
    deleted: false,
    reactions: [],
  };
}

/** Sends the address of this server to the parent. */
export function announce(address: unknown): void {
  const port = typeof address === 'object' && address !== null && 'port' in address ? address.port : '?';
  process.stdout.write(`listens on http://127.0.0.1:${port}\n`);
}
