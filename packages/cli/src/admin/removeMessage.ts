import { withAdmin } from './withAdmin.ts';

/** Removes a message. */
export async function removeMessage(roomId: string, messageId: string, { reason }: { reason?: string }): Promise<void> {
  const wasRemoved = await withAdmin((admin) => admin.removeMessage({ roomId, messageId, reason }));
  process.stdout.write(wasRemoved ? 'Removed.\n' : 'Nothing to do: the message was deleted already.\n');
}
