import { asEarshotError, type EarshotClient } from '@earshot/client';
import { limits } from '@earshot/shared';

interface RemovedMessage {
  readonly roomId: string;
  readonly messageId: string;
  /** For the audit log. */
  readonly reason: string | null;
}

/** Removes the message of another user. A message that is gone already, for example with its room, counts as removed. */
export async function removeMessage({ trpc }: EarshotClient, removed: RemovedMessage): Promise<void> {
  const { roomId, messageId, reason } = removed;
  const given = reason === null ? {} : { reason: Array.from(reason.trim()).slice(0, limits.reasonChars).join('') };
  try {
    await trpc.messages.remove.mutate({ roomId, messageId, ...given });
  } catch (error) {
    const { code } = asEarshotError(error);
    if (code !== 'MESSAGE_NOT_FOUND' && code !== 'ROOM_GONE') throw error;
  }
}
