import { EarshotError, type ErrorCode, fullyQualified } from '@earshot/shared';
import type { PersonalData, PersonalPage } from '../../store/personalData.ts';
import type { MessageChange, MessageRef } from '../../store/store.ts';
import type { ErasedUser, ErasureParts } from './erasureParts.ts';
import { personalParts } from './personalParts.ts';

/** Number of records read at a time: fewer than `erase` looks at in a step. */
const pageSize = 50;

/**
 * Erases everything about a user once. Yields after each small step, so that the caller can pace it. It may be repeated from the beginning,
 * and run twice at once: what is erased already is found no more.
 */
export async function* eraseUser(services: ErasureParts, subject: ErasedUser): AsyncGenerator<void> {
  // Members only can send, so this comes first.
  yield* endMemberships(services, subject);
  yield* eraseMessages(services, subject);
  yield* removeReactions(services, subject);
  for (const part of Object.values(personalParts(services.store))) {
    while (await part.erase(subject.userId, subject.pseudonym)) yield;
    yield;
  }
}

async function* endMemberships({ store, hub }: ErasureParts, { userId }: ErasedUser): AsyncGenerator<void> {
  for await (const page of pagesOf(store.personal.memberships, userId)) {
    for (const { roomId } of page) {
      await store.removeMember(roomId, userId);
      // Also if another instance removed it: it may have been killed before it announced that.
      await hub.publish(roomId, { type: 'member.left', userId });
      yield;
    }
  }
}

async function* eraseMessages(services: ErasureParts, { userId, pseudonym }: ErasedUser): AsyncGenerator<void> {
  for await (const page of pagesOf(services.store.personal.messages, userId)) {
    for (const { roomId, id: messageId } of page) {
      await change(services, { roomId, messageId }, { type: 'erase', userId, pseudonym });
      yield;
    }
  }
}

async function* removeReactions(services: ErasureParts, { userId, pseudonym }: ErasedUser): AsyncGenerator<void> {
  const { reactions } = services.store.personal;
  const eraseUnshown = async () => {
    while (await reactions.erase(userId, pseudonym)) {}
  };
  await eraseUnshown();
  for await (const page of pagesOf(reactions, userId)) {
    for (const { roomId, messageId, emoji } of page) {
      const reaction = { type: 'react', userId, emoji: fullyQualified(emoji), on: false } as const;
      await change(services, { roomId, messageId }, reaction);
      yield;
    }
    await eraseUnshown();
  }
}

/** Reads all records, page by page. Those of a page may be erased before the next is read. */
async function* pagesOf<Data extends object>(part: PersonalData<Data>, userId: string): AsyncGenerator<Data[]> {
  for (let after: string | null = null; ; ) {
    const { records, next }: PersonalPage<Data> = await part.exportOf(userId, { after, limit: pageSize });
    yield records;
    if (next === null) return;
    after = next;
  }
}

const isGone = new Set<ErrorCode>(['MESSAGE_NOT_FOUND', 'MESSAGE_DELETED']);

/** Changes the message and publishes the change, unless it was deleted or removed in the meantime. */
async function change({ store, hub }: ErasureParts, target: MessageRef, change: MessageChange): Promise<void> {
  try {
    const { message, isChanged } = await store.change(target, change);
    // The whole message, without the reaction, which would name the user.
    if (isChanged) await hub.publish(target.roomId, { type: 'message.updated', message, isErasure: true });
  } catch (error) {
    if (!(error instanceof EarshotError && isGone.has(error.code))) throw error;
  }
}
