import type { Collection } from 'mongodb';
import type { MessageDocument } from '../collections.ts';
import { unnumbered } from '../unnumbered.ts';
import { describeId } from './describeId.ts';
import type { MigrateOptions } from './options.ts';

/** Tests in MongoDB whether a field is a valid number of a room's log: only a whole number equals its conversion. */
const isSeq = (field: string) => ({
  $and: [{ $gt: [field, 0] }, { $eq: [field, { $convert: { input: field, to: 'long', onError: 0, onNull: 0 } }] }],
});

const misnumbered = {
  $nor: [unnumbered],
  $expr: { $not: [{ $and: [isSeq('$seq'), isSeq('$updated_seq')] }] },
};

/**
 * Reports messages with invalid numbers, which only other programs write. New numbers could move messages that clients have seen. Returns
 * the number of such messages.
 */
export async function reportMisnumbered(
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

/** Removes remaining numbers from messages without a `seq`: the unique indexes allow one null per room. */
export async function clearLeftoverNumbers(messages: Collection<MessageDocument>): Promise<void> {
  const left = {
    $or: [{ seq: { $exists: true } }, { updated_seq: { $exists: true } }, { taken_seqs: { $exists: true } }],
  };
  await messages.updateMany(
    { $and: [unnumbered, left] },
    { $unset: { seq: true, updated_seq: true, taken_seqs: true } },
  );
}
