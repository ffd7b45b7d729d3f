import type { Message } from '@earshot/shared';
import type { EarshotClientError } from '../errors.ts';

/** A message of the user that is not in the room yet. */
export interface PendingMessage {
  readonly clientMessageId: string;
  /** The sender, if known. Only a message of the same user replaces this one. */
  readonly userId: string | null;
  readonly content: string;
  readonly sentAt: Date;
  /** `failed`: it is not sent unless the user retries. */
  readonly status: 'pending' | 'failed';
  /** The reason of the failure; null while pending. */
  readonly error: EarshotClientError | null;
  /** The reason why the server does not accept a pending message yet, such as `RATE_LIMITED`. It is retried automatically. */
  readonly delay: EarshotClientError | null;
}

/** A change of one pending message. */
export type PendingChange =
  | { type: 'sent'; message: Pick<PendingMessage, 'clientMessageId' | 'userId' | 'content' | 'sentAt'> }
  | { type: 'failed'; clientMessageId: string; error: EarshotClientError }
  /** It will be retried after a while; null: it waits only for the connection. */
  | { type: 'delayed'; clientMessageId: string; error: EarshotClientError | null }
  | { type: 'retried'; clientMessageId: string }
  | { type: 'dropped'; clientMessageId: string };

/** An event of the outbox. `answered`: the server has stored the message. */
export type OutboxEvent = PendingChange | { type: 'answered'; message: Message };

const unsent = { status: 'pending', error: null, delay: null } as const;

/** Returns the pending messages after an event; the same list if nothing changes. */
export function reducePending(pending: readonly PendingMessage[], event: OutboxEvent): readonly PendingMessage[] {
  switch (event.type) {
    case 'sent':
      return [...pending, { ...event.message, ...unsent }];
    case 'failed':
      return changed(pending, event.clientMessageId, { ...unsent, status: 'failed', error: event.error });
    case 'delayed':
      return changed(pending, event.clientMessageId, { ...unsent, delay: event.error });
    case 'retried':
      return changed(pending, event.clientMessageId, unsent);
    case 'dropped':
      return filtered(pending, ({ clientMessageId }) => clientMessageId !== event.clientMessageId);
    case 'answered':
      return withoutStored(pending, [event.message]);
  }
}

/** Removes the pending messages that are among the stored messages. */
export function withoutStored(
  pending: readonly PendingMessage[],
  stored: readonly Message[],
): readonly PendingMessage[] {
  return filtered(pending, (one) => !stored.some((message) => isSame(message, one)));
}

function isSame(message: Message, { clientMessageId, userId }: PendingMessage): boolean {
  return message.clientMessageId === clientMessageId && (userId === null || userId === message.userId);
}

function filtered(
  pending: readonly PendingMessage[],
  keep: (one: PendingMessage) => boolean,
): readonly PendingMessage[] {
  return pending.every(keep) ? pending : pending.filter(keep);
}

function changed(
  pending: readonly PendingMessage[],
  clientMessageId: string,
  change: Pick<PendingMessage, 'status' | 'error' | 'delay'>,
): readonly PendingMessage[] {
  const at = pending.findIndex((one) => one.clientMessageId === clientMessageId);
  const known = pending[at];
  return known === undefined ? pending : pending.with(at, { ...known, ...change });
}
