import { lineSchema, paragraphSchema, type User } from '@earshot/shared';
import { z } from 'zod';

/** A message that waits for a verdict: a new one, or the new text of a message that its author edits. */
export interface ScreenedMessage {
  kind: 'send' | 'edit';
  roomId: string;
  user: User;
  content: string;
  /** The message that is edited; null for a new one. */
  messageId: string | null;
  /** The sender's id for a new message, if there is one: a repeated send has the same. */
  clientMessageId: string | null;
}

/** What happens with a message. A `reason` has at most 200 characters; a longer one is left out. */
export type MessageVerdict =
  | { action: 'allow' }
  /** `reason`: a sentence for its author. */
  | { action: 'refuse'; reason?: string | undefined }
  /** A moderator decides. `reason`: for the moderator. */
  | { action: 'hold'; reason?: string | undefined }
  /** The message is stored with another content. */
  | { action: 'replace'; content: string };

/**
 * Decides about a message before it is stored. It has `MESSAGE_HOOK_TIMEOUT_MS` to answer, after which `signal` aborts; a hook that is late
 * or throws counts as failed, and `MESSAGE_HOOK_FAILURE` decides.
 */
export type MessageHook = (
  message: ScreenedMessage,
  options: { signal: AbortSignal },
) => MessageVerdict | Promise<MessageVerdict>;

/** Functions of the program that embeds the server. */
export interface ServerHooks {
  /** Called for every new and edited message, after the permissions of its author and the blocked words were checked. */
  onMessage?: MessageHook | undefined;
}

const reason = lineSchema(200).optional().catch(undefined);

export const verdictSchema: z.ZodType<MessageVerdict> = z.discriminatedUnion('action', [
  z.object({ action: z.literal('allow') }),
  z.object({ action: z.literal('refuse'), reason }),
  z.object({ action: z.literal('hold'), reason }),
  z.object({ action: z.literal('replace'), content: paragraphSchema }),
]);
