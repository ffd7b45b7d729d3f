import { idFromBson, limits, type OwnReactions, type Reaction } from '@earshot/shared';
import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { withCallTimeout } from '../../callTimeout.ts';
import type { KnownReactions } from '../../reactionSet.ts';
import type { MessageChange } from '../../store.ts';
import type { MessageDocument, ReactionDocument } from '../collections.ts';
import { knownReactions } from './reactionFields.ts';

type React = Extract<MessageChange, { type: 'react' }>;
type MessageId = MessageDocument['_id'];
type Rows = Collection<ReactionDocument>;

/** Reads the reactions to a message that the changes need. */
export async function readReactions(
  rows: Rows,
  { _id, document }: { _id: MessageId; document: Pick<MessageDocument, 'reactions' | 'reaction_counts'> },
  changes: readonly React[],
): Promise<KnownReactions> {
  const all = knownReactions(document);
  const users = [...new Set(changes.map(({ userId }) => userId))];
  if (users.length === 0) return { all, own: new Map() };
  if (document.reaction_counts === undefined) {
    return { all, own: new Map(users.map((userId) => [userId, emojisOf(all, userId)])) };
  }
  const removed = Map.groupBy(
    changes.filter(({ on }) => !on),
    ({ emoji }) => emoji,
  );
  const [found, first] = await Promise.all([
    withCallTimeout(rows.find({ message_id: _id, user_id: { $in: users } }).toArray()),
    Promise.all(Array.from(removed, ([emoji, gone]) => firstUsers(rows, { _id, emoji, removedCount: gone.length }))),
  ]);
  const firstOf = new Map(first);
  return {
    all: all.map((one) => ({ ...one, userIds: firstOf.get(one.emoji) ?? one.userIds })),
    own: new Map(users.map((id) => [id, found.filter((row) => row.user_id === id).map(({ emoji }) => emoji)])),
  };
}

const emojisOf = (all: readonly Reaction[], userId: string) =>
  all.filter(({ userIds }) => userIds.includes(userId)).map(({ emoji }) => emoji);

/** Reads the first users who reacted: enough to show after `removedCount` of them removed their reaction. */
async function firstUsers(
  rows: Rows,
  { _id, emoji, removedCount }: { _id: MessageId; emoji: string; removedCount: number },
): Promise<[emoji: string, userIds: string[]]> {
  const found = rows
    .find({ message_id: _id, emoji })
    .sort({ position: 1 })
    .limit(limits.reactorsShown + removedCount);
  return [emoji, (await withCallTimeout(found.toArray())).map(({ user_id }) => user_id)];
}

/** Converts the reactions of a document without counts to rows, with positions before all later ones. */
export function rowsOf(roomId: string, _id: MessageId, all: readonly Reaction[]): ReactionDocument[] {
  const pairs = all.flatMap(({ emoji, userIds }) => userIds.map((user_id) => ({ user_id, emoji })));
  return pairs.map((pair, index) => ({ room_id: roomId, message_id: _id, ...pair, position: index - pairs.length }));
}

/** The net change of one user's emoji: `position` is the number of its last change. */
export interface RowChange {
  row: Pick<ReactionDocument, 'room_id' | 'message_id' | 'user_id' | 'emoji'>;
  /** Whether it existed before the changes, and exists after them. */
  existedBefore: boolean;
  existsAfter: boolean;
  position: number;
}

/** Combines effective changes into one net change per reaction, without those that neither existed before nor exist after. */
export function rowChanges(
  message: Pick<ReactionDocument, 'room_id' | 'message_id'>,
  changes: readonly { change: React; seq: number }[],
): RowChange[] {
  const all = new Map<string, RowChange>();
  for (const { change, seq } of changes) {
    const { userId: user_id, emoji, on } = change;
    const key = JSON.stringify([user_id, emoji]);
    const existedBefore = all.get(key)?.existedBefore ?? !on;
    all.set(key, { row: { ...message, user_id, emoji }, existedBefore, existsAfter: on, position: seq });
  }
  return [...all.values()].filter(({ existedBefore, existsAfter }) => existedBefore || existsAfter);
}

/** Returns the writes for the changes as few commands, whatever their number. `embedded`: reactions that have no rows yet. */
export function rowWrites(
  embedded: readonly ReactionDocument[],
  changes: readonly RowChange[],
): AnyBulkWriteOperation<ReactionDocument>[] {
  const changed = new Set(changes.map(({ row }) => JSON.stringify([row.user_id, row.emoji])));
  const unchanged = embedded.filter(({ user_id, emoji }) => !changed.has(JSON.stringify([user_id, emoji])));
  const hasEmbedded = embedded.length > 0;
  return [
    ...unchanged.map((document) => ({ insertOne: { document } })),
    ...changes.flatMap(({ row, existedBefore, existsAfter, position }): AnyBulkWriteOperation<ReactionDocument>[] => {
      if (existsAfter && (hasEmbedded || !existedBefore)) return [{ insertOne: { document: { ...row, position } } }];
      if (hasEmbedded) return [];
      return [
        existsAfter ? { updateOne: { filter: row, update: { $set: { position } } } } : { deleteOne: { filter: row } },
      ];
    }),
  ];
}

/** Returns the emoji of one user on each of these messages. */
export async function ownReactions(
  { messages, reactions }: { messages: Collection<MessageDocument>; reactions: Rows },
  roomId: string,
  { userId, ids }: { userId: string; ids: readonly MessageId[] },
): Promise<OwnReactions[]> {
  const [rows, withoutCounts] = await Promise.all([
    reactions.find({ message_id: { $in: [...ids] }, user_id: userId, room_id: roomId }).toArray(),
    messages
      .find({ _id: { $in: [...ids] }, room_id: roomId, reaction_counts: { $exists: false } })
      .project<Pick<MessageDocument, '_id' | 'reactions'>>({ reactions: 1 })
      .toArray(),
  ]);
  const emojis = new Map(withoutCounts.map((one) => [idFromBson(one._id), emojisOf(knownReactions(one), userId)]));
  const byId = Map.groupBy(rows, ({ message_id }) => idFromBson(message_id));
  for (const [id, own] of byId)
    emojis.set(
      id,
      own.map(({ emoji }) => emoji),
    );
  return ids.map((_id) => ({ messageId: idFromBson(_id), emojis: emojis.get(idFromBson(_id)) ?? [] }));
}
