import type { PendingMessage } from '@earshot/client';

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
