import type { Collection } from 'mongodb';
import type { MessageDocument } from './collections.ts';
import { describeId } from './describeId.ts';
import type { MigrateOptions } from './migrate.ts';
import { unplaced } from './unplaced.ts';

/** What makes a number of a room's log, said to MongoDB: nothing but a whole number equals what it converts to. */
const isPlace = (field: string) => ({
  $and: [{ $gt: [field, 0] }, { $eq: [field, { $convert: { input: field, to: 'long', onError: 0, onNull: 0 } }] }],
});

const misnumbered = {
  $nor: [unplaced],
  $expr: { $not: [{ $and: [isPlace('$seq'), isPlace('$updated_seq')] }] },
};

/**
 * Tells of messages whose numbers are none, which only other hands than Earshot's write. To give them new ones could move
 * what clients have seen at its place. Returns how many there are.
 */
export async function tellMisnumbered(
  messages: Collection<MessageDocument>,
  onUnreadable: MigrateOptions['onUnreadable'],
): Promise<number> {
  let count = 0;
  for await (const { _id, seq } of messages.find(misnumbered, { projection: { seq: 1 } })) {
    const field = Number.isSafeInteger(seq) && seq > 0 ? 'updated_seq' : 'seq';
    onUnreadable({ collection: 'messages', id: describeId(_id), reason: `${field} is not a positive whole number` });
    count += 1;
  }
  return count;
}

/** Takes what is left of numbers from messages without a place: the unique indexes allow one null in a room. */
export async function forgetLeftNumbers(messages: Collection<MessageDocument>): Promise<void> {
  const left = {
    $or: [{ seq: { $exists: true } }, { updated_seq: { $exists: true } }, { taken_seqs: { $exists: true } }],
  };
  await messages.updateMany({ $and: [unplaced, left] }, { $unset: { seq: true, updated_seq: true, taken_seqs: true } });
}
