import type { Message } from '@earshot/shared';

/** Returns the time, in milliseconds since 1970, before which the room's messages have expired; null: they do not expire. */
export type ExpiredBefore = (roomId: string) => number | null;

export const neverExpired: ExpiredBefore = () => null;

/** Whether a message is from before that time. */
export const isFromBefore = ({ timestamp }: Pick<Message, 'timestamp'>, before: number | null): boolean =>
  before !== null && timestamp.getTime() < before;

/** Leaves out messages from before that time. Returns the same array if there is none. */
export function unexpired(messages: Message[], before: number | null): Message[] {
  const isKept = (message: Message) => !isFromBefore(message, before);
  return messages.every(isKept) ? messages : messages.filter(isKept);
}
