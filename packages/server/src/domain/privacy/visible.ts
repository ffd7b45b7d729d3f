import { type GivenPosition, limits, type Message, type Reaction, type User } from '@earshot/shared';
import type { BrokerEvent, ChangeEvent } from '../../feed/envelope.ts';
import type { UserPrivacy } from './userPrivacy.ts';

/**
 * What a user receives of messages and events, by the users they block. Whatever has nothing of a blocked user is returned as the same object, so
 * that its encoded form can be shared. The title and the topic of a room belong to the room: they are visible even if a blocked user set them.
 */
export function visibleEvent(privacy: UserPrivacy, event: BrokerEvent): BrokerEvent | null {
  if (privacy.blockCount === 0) return event;
  switch (event.type) {
    case 'message.created':
    case 'message.updated':
      return visibleChange(privacy, event);
    case 'user.joined':
    case 'user.left':
    case 'user.renamed':
    case 'typing':
      return privacy.blocks(event.user.userId) ? unnamedEvent(event) : event;
    default:
      return event;
  }
}

/** An event that shows that a user is present. */
type NamingEvent = Extract<BrokerEvent, { user: User }>;

export const namesUser = (event: BrokerEvent): event is NamingEvent => 'user' in event;

/** What remains of the event without the user: joins and leaves are counted. */
export const unnamedEvent = (event: NamingEvent): BrokerEvent | null =>
  'userCount' in event ? { type: 'presence', userCount: event.userCount } : null;

/**
 * Whether a client that resumes from the position may have messages of users blocked since, or lack those of users who are not blocked any more:
 * the settings changed after the last change that it received.
 */
export const isOutdated = ({ changedAt }: UserPrivacy, after: GivenPosition | undefined): boolean =>
  after !== undefined && changedAt > (after.time ?? 0);

/** Null if the change is one by a blocked user, or to a message of one. */
export function visibleChange(privacy: UserPrivacy, event: ChangeEvent): ChangeEvent | null {
  if (privacy.blockCount === 0 || event.message.description) return event;
  const reacted = event.type === 'message.updated' ? event.reacted : undefined;
  if (reacted && privacy.blocks(reacted.userId)) return null;
  const message = visibleMessage(privacy, event.message);
  if (message === null || message === event.message) return message && event;
  // Among too many emoji, the removal of one makes another visible: then the reaction is not the only difference.
  const isWhole = event.message.reactions.length >= limits.emojiPerMessage;
  return reacted === undefined || isWhole ? { type: event.type, message } : { ...event, message };
}

/** The same array if every message is visible as it is. */
export function visibleMessages(privacy: UserPrivacy, messages: Message[]): Message[] {
  if (privacy.blockCount === 0) return messages;
  const visible = messages.map((message) => visibleMessage(privacy, message));
  return visible.every((message, i) => message === messages[i])
    ? messages
    : visible.filter((message) => message !== null);
}

/** The message without the reactions of blocked users; null if a blocked user wrote it. */
export function visibleMessage(privacy: UserPrivacy, message: Message): Message | null {
  if (privacy.blocks(message.userId)) return null;
  const isHidden = (userId: string) => privacy.blocks(userId);
  if (!message.reactions.some(({ userIds }) => userIds.some(isHidden))) return message;
  return { ...message, reactions: message.reactions.map((one) => visibleReaction(one, isHidden)).filter(isUsed) };
}

/** Blocked users beyond the first that are listed can't be distinguished from the others, and stay in the count. */
function visibleReaction({ emoji, count, userIds }: Reaction, isHidden: (userId: string) => boolean): Reaction {
  const visible = userIds.filter((userId) => !isHidden(userId));
  return { emoji, count: count - (userIds.length - visible.length), userIds: visible };
}

const isUsed = ({ count }: Reaction) => count > 0;
