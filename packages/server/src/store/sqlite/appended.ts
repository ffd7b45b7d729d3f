import type { Message } from '@earshot/shared/plain';
import type { NewMessage, Store } from '../store.ts';

/** What the writer thread returns of a new message. The rest is in the call, and would cost as much to copy as the call itself. */
export interface Appended {
  id: string;
  seq: number;
  /** Milliseconds since 1970. */
  time: number;
  /** The message that an earlier call with the same `clientMessageId` stored; null if the message is new. */
  first: Message | null;
}

/** The result of `Store.append`. */
export function toAppendResult(
  call: NewMessage,
  { id, seq, time, first }: Appended,
): Awaited<ReturnType<Store['append']>> {
  if (first) return { message: first, isNew: false };
  const { roomId, userId, username, content, clientMessageId } = call;
  const message: Message = {
    ...{ id, roomId, seq, updatedSeq: seq, userId, username, content },
    ...(clientMessageId === undefined ? {} : { clientMessageId }),
    ...{ timestamp: new Date(time), editedAt: null, deleted: false, reactions: [] },
  };
  return { message, isNew: true };
}
