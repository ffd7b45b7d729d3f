import { type BrokerEvent, isChange } from './envelope.ts';

/**
 * Adds the users whom watchers see in the event: the author of the message, those who reacted to it, and a user who joins, leaves or types.
 * An event without any user that a watcher hides reaches this watcher as it is.
 */
export function addUsersOf(event: BrokerEvent, userIds: Set<string>): void {
  if (isChange(event)) {
    const { message } = event;
    userIds.add(message.userId);
    for (const reaction of message.reactions) for (const userId of reaction.userIds) userIds.add(userId);
    if (event.type === 'message.updated' && event.reacted) userIds.add(event.reacted.userId);
  } else if ('user' in event) {
    userIds.add(event.user.userId);
  }
}

/** Whether the sets have an element in common. Costs at most one look-up for each element of the smaller set. */
export function intersect(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size > b.size) return intersect(b, a);
  for (const one of a) if (b.has(one)) return true;
  return false;
}
