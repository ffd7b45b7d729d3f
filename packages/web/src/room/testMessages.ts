import type { Message, PendingMessage } from '@earshot/client';

/** For tests: a message by Ada. Messages are a minute apart, from ten in the morning. */
export function testMessage(seq: number, change: Partial<Message> = {}): Message {
  return {
    id: seq.toString(16).padStart(24, '0'),
    roomId: 'room',
    seq,
    updatedSeq: seq,
    userId: 'ada',
    username: 'Ada',
    content: `message ${seq}`,
    timestamp: new Date(2026, 2, 10, 10, seq),
    editedAt: null,
    deleted: false,
    reactions: [],
    ...change,
  };
}

/** For tests: a pending message. */
export function testPending(clientMessageId: string, change: Partial<PendingMessage> = {}): PendingMessage {
  return {
    clientMessageId,
    userId: 'me',
    content: `pending ${clientMessageId}`,
    sentAt: new Date(2026, 2, 10, 12),
    status: 'pending',
    error: null,
    delay: null,
    ...change,
  };
}
